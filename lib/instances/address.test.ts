import { describe, expect, test } from "vitest";
import { addressProblem, isLoopback, normalizeAddress } from "@/lib/instances/address";

describe("the address of a provider instance", () => {
  test.each([
    "https://github.com",
    "https://git.example.com:8443/",
    "http://127.0.0.1:4000",
    "http://localhost:1",
    "http://[::1]:9",
  ])("%s can be used", (text) => expect(addressProblem(text)).toBeNull());

  test.each([
    "",
    "github.com",
    "ftp://github.com",
    "http://github.com",
    "http://10.0.0.1",
    "http://127.0.0.1.example.com",
    "https://user:pass@github.com",
    "https://github.com/?a=b",
    "https://github.com/#x",
    "javascript:alert(1)",
  ])("%j cannot", (text) => expect(addressProblem(text)).toMatch(/\.$/));

  test("has one form", () => {
    expect(normalizeAddress(" https://GitHub.Example:443/ ")).toBe("https://github.example");
    expect(normalizeAddress("https://github.example/api/v3/")).toBe("https://github.example/api/v3");
  });

  test("loopback is this machine in any spelling that a URL keeps", () => {
    for (const host of [
      "localhost",
      "a.localhost",
      "127.0.0.1",
      "127.9.9.9",
      "[::1]",
      "[::ffff:127.0.0.1]",
    ]) {
      expect(isLoopback(host), host).toBe(true);
    }
    for (const host of ["localhost.example", "10.0.0.1", "[::2]", "0.0.0.0"])
      expect(isLoopback(host), host).toBe(false);
  });
});
