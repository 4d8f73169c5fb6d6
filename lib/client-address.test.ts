import { describe, expect, test } from "vitest";
import { addressKey, clientAddress, parseTrustedProxies } from "@/lib/client-address";
import { readEnv } from "@/lib/env";

const proxies = parseTrustedProxies("loopback, 10.0.0.0/8, 2001:db8::1");

describe("the address of a caller", () => {
  test.each([
    ["the connection's own", "203.0.113.9", undefined, "203.0.113.9"],
    ["not what an untrusted caller claims", "203.0.113.9", "198.51.100.1", "203.0.113.9"],
    ["what a trusted proxy saw", "127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["behind two trusted proxies", "10.1.1.1", "198.51.100.1, 10.2.2.2", "198.51.100.1"],
    ["not what is written further left", "10.1.1.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"],
    ["the proxy's when it sends nothing usable", "10.1.1.1", "unknown", "10.1.1.1"],
    ["the proxy's when it sends nothing", "::1", undefined, "::1"],
    ["IPv4 though the socket is IPv6", "::ffff:203.0.113.9", undefined, "203.0.113.9"],
    ["a trusted proxy though the socket is IPv6", "::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["without a port", "127.0.0.1", "198.51.100.1:4711", "198.51.100.1"],
    ["without brackets", "127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"],
    ["a trusted IPv6 proxy", "2001:db8::1", "198.51.100.1", "198.51.100.1"],
    ["nobody when the connection is gone", undefined, "198.51.100.1", null],
  ])("is %s", (_, peer, forwarded, expected) => {
    expect(clientAddress(peer, forwarded, proxies)).toBe(expected);
  });

  test("is the connection's where no proxy is trusted", () => {
    expect(clientAddress("127.0.0.1", "198.51.100.1", parseTrustedProxies(undefined))).toBe("127.0.0.1");
  });

  test.each(["proxy.example.com", "10.0.0.0/99", "10.0.0", "all"])("refuses to trust %j", (text) => {
    expect(() => parseTrustedProxies(text)).toThrow(/is no address, range or "loopback"/);
    expect(() => readEnv({ TRUST_PROXY: text })).toThrow(/TRUST_PROXY: .* is no address/);
  });

  test("counts a whole /64 of IPv6 as one, and each IPv4 address alone", () => {
    expect(addressKey("2001:db8:1:2:aaaa::1")).toBe(addressKey("2001:db8:1:2:bbbb::9"));
    expect(addressKey("2001:db8:1:3::1")).not.toBe(addressKey("2001:db8:1:2::1"));
    expect(addressKey("203.0.113.9")).toBe("203.0.113.9");
    expect(addressKey(null)).toBe("unknown");
  });
});
