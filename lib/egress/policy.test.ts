import { describe, expect, test } from "vitest";
import { parseAllowList } from "@/lib/egress/allow-list";
import { type Destination, isAllowed, ruleFor } from "@/lib/egress/policy";

const https: Destination = { hostname: "git.example.com", port: 443, isPlain: false };
const plain: Destination = { hostname: "localhost", port: 3100, isPlain: true };

describe("an instance's own origin", () => {
  const allow = { kind: "instance", origin: "https://git.example.com:8443" } as const;
  const to = { ...https, port: 8443 };

  test("is exactly one scheme, host and port", () => {
    expect(ruleFor(to, allow)).toBe("instance");
    expect(ruleFor({ ...to, port: 443 }, allow)).toBe("public");
    expect(ruleFor({ ...to, isPlain: true }, allow)).toBe("public");
    expect(ruleFor({ ...to, hostname: "example.com" }, allow)).toBe("public");
    expect(ruleFor({ ...to, hostname: "x.git.example.com" }, allow)).toBe("public");
    expect(ruleFor(https, { kind: "instance", origin: "https://git.example.com/api/v3" })).toBe("instance");
    expect(
      ruleFor({ ...https, port: 80, isPlain: true }, { kind: "instance", origin: "http://git.example.com" }),
    ).toBe("instance");
  });

  test.each(["127.0.0.1", "::1", "10.1.2.3", "192.168.1.1", "100.64.0.1", "fd12::1", "8.8.8.8"])(
    "may be at %s",
    (address) => {
      expect(isAllowed(address, to, "instance", [])).toBe(true);
    },
  );

  test.each([
    "169.254.169.254",
    "fd00:ec2::254",
    "::ffff:169.254.169.254",
    "100.100.100.200",
    "::ffff:127.0.0.1",
    "0.0.0.0",
    "169.254.1.1",
    "fe80::1",
    "224.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "nonsense",
  ])("may not be at %s", (address) => {
    expect(isAllowed(address, to, "instance", [])).toBe(false);
  });
});

describe("anybody's destination", () => {
  test.each([
    "127.0.0.1",
    "::1",
    "10.1.2.3",
    "192.168.1.1",
    "100.64.0.1",
    "fd12::1",
    "169.254.169.254",
    "::ffff:8.8.8.8",
  ])("may not be at %s", (address) => {
    expect(isAllowed(address, https, "public", [])).toBe(false);
  });
});

describe("plain http", () => {
  test("goes to loopback, for an instance's own origin, and nowhere else", () => {
    expect(isAllowed("127.0.0.1", plain, "instance", [])).toBe(true);
    expect(isAllowed("::1", plain, "instance", [])).toBe(true);
    expect(isAllowed("127.0.0.1", plain, "public", [])).toBe(false);
    expect(isAllowed("10.1.2.3", plain, "instance", [])).toBe(false);
    expect(isAllowed("8.8.8.8", plain, "instance", [])).toBe(false);
    expect(isAllowed("8.8.8.8", plain, "public", [])).toBe(false);
    expect(isAllowed("10.1.2.3", plain, "public", parseAllowList("10.0.0.0/8"))).toBe(false);
  });
});

describe("EGRESS_ALLOW", () => {
  const allows = (setting: string, address: string, port = 443) =>
    isAllowed(address, { ...https, port }, "public", parseAllowList(setting));

  test("opens the networks that it names, at the port that it names", () => {
    expect(allows("10.1.0.0/16", "10.1.2.3", 8443)).toBe(true);
    expect(allows("10.1.0.0/16:443", "10.1.2.3", 443)).toBe(true);
    expect(allows("10.1.0.0/16:443", "10.1.2.3", 8443)).toBe(false);
    expect(allows("10.1.0.0/16:443", "10.2.0.1")).toBe(false);
    expect(allows("192.168.1.7", "192.168.1.7")).toBe(true);
    expect(allows("192.168.1.7", "192.168.1.8")).toBe(false);
    expect(allows(" fd12::/16 , [fd34::/16]:8443,", "fd12::1")).toBe(true);
    expect(allows("[fd34::/16]:8443", "fd34::1", 8443)).toBe(true);
    expect(allows("[fd34::/16]:8443", "fd34::1", 443)).toBe(false);
    expect(allows("127.0.0.0/8", "127.0.0.1")).toBe(true);
    expect(allows("fe80::/10", "fe80::1")).toBe(true);
  });

  test.each([
    "0.0.0.0/0,::/0",
    "169.254.169.254",
    "169.254.0.0/16,fd00::/8",
    "::ffff:0:0/96,169.254.169.254",
  ])("never opens metadata, even as %s", (setting) => {
    for (const address of [
      "169.254.169.254",
      "fd00:ec2::254",
      "::ffff:169.254.169.254",
      "64:ff9b::a9fe:a9fe",
    ]) {
      expect(allows(setting, address)).toBe(false);
    }
  });

  test("opens no inner address by naming the outer network", () => {
    expect(allows("64:ff9b::/96", "64:ff9b::8.8.8.8")).toBe(true);
    expect(allows("64:ff9b::/96", "64:ff9b::10.1.2.3")).toBe(false);
    expect(allows("64:ff9b::/96,10.0.0.0/8", "64:ff9b::10.1.2.3")).toBe(true);
    expect(allows("10.0.0.0/8", "::ffff:10.1.2.3")).toBe(false);
  });

  test.each([
    "10.1.0.0/33",
    "fd12::/129",
    "git.example.com",
    "10.1.0.0/16:0",
    "10.1.0.0/16:65536",
    "10.1/16",
    "10.1.0.0/16/2",
    "10.1.0.0/",
    "10.1.0.0-10.2.0.0",
    "[10.1.0.0/16",
    "fe80::1%eth0",
    "*",
  ])("that holds %s is refused, naming it", (entry) => {
    expect(() => parseAllowList(`10.0.0.0/8,${entry}`)).toThrow(`EGRESS_ALLOW: "${entry}" is not a network`);
  });

  test("that is empty names nothing", () => {
    expect(parseAllowList(undefined)).toEqual([]);
    expect(parseAllowList(" , ")).toEqual([]);
  });
});
