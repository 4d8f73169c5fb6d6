import { describe, expect, test } from "vitest";
import { type AddressKind, kindOf, parseAddress } from "@/lib/egress/address";

const ADDRESSES: Record<AddressKind, string[]> = {
  public: [
    "1.1.1.1",
    "8.8.8.8",
    "140.82.121.4",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2606:4700::1111",
    "2a01:4f8::1",
    "2400:cb00::1",
    "2003::1",
    "3ffe::1",
  ],
  loopback: ["127.0.0.1", "127.0.0.0", "127.1.2.3", "127.255.255.255", "::1", "0:0:0:0:0:0:0:1"],
  private: [
    "10.0.0.0",
    "10.1.2.3",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "fc00::",
    "fd12:3456::1",
    "fdff:ffff::ffff",
  ],
  metadata: [
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "fd00:ec2::254",
    "FD00:EC2::254",
    "fd00:0ec2:0:0:0:0:0:254",
    "fd00:ec2::23",
    "fd20:ce::254",
    // The same behind every disguise.
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "::169.254.169.254",
    "::ffff:0:169.254.169.254",
    "64:ff9b::169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "64:ff9b:1:a9fe:a9:fe00::",
    "64:ff9b:1:a9:fe:a9fe::",
    "64:ff9b:1:0:a9:fea9:fe00::",
    "2002:a9fe:a9fe::1",
    "2001:0:a9fe:a9fe::1",
    "2001:0:4136:e378:8000:63bf:5601:5601",
    "fe80::5efe:a9fe:a9fe",
    "2a01:4f8::5efe:169.254.169.254",
    "2a01:4f8::200:5efe:a9fe:a9fe",
  ],
  embedded: [
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::2",
    "::",
    "::ffff:0:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b:1::8.8.8.8",
    "2002::",
    "2002:7f00:1::",
    "2002:808:808::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2a01:4f8::5efe:8.8.8.8",
  ],
  special: [
    "0.0.0.0",
    "0.1.2.3",
    "169.254.0.1",
    "169.254.169.253",
    "192.0.0.1",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.175.48.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "100::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "4000::1",
    "e000::1",
    "1::1",
  ],
};

describe("an address", () => {
  const cases = Object.entries(ADDRESSES).flatMap(([kind, texts]) =>
    texts.map((text) => [text, kind] as const),
  );
  test.each(cases)("%s is %s", (text, kind) => {
    const address = parseAddress(text);
    if (!address) throw new Error(`${text} is not understood`);
    expect(kindOf(address)).toBe(kind);
  });

  test.each([
    "",
    "localhost",
    "127.1",
    "0x7f.0.0.1",
    "2130706433",
    "0177.0.0.1",
    "1.2.3.4.5",
    "fe80::1%eth0",
    "[::1]",
    " ::1",
    "1.2.3.4/8",
  ])("in another form than the resolver's is none: %s", (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  test("of IPv4 is public by its first byte alone, or not", () => {
    for (let first = 0; first < 256; first += 1) {
      const address = parseAddress(`${first}.0.0.1`);
      const isHost = first >= 1 && first <= 223 && ![10, 127, 192].includes(first);
      expect([first, address !== null && kindOf(address) === "public"]).toEqual([first, isHost]);
    }
  });
});
