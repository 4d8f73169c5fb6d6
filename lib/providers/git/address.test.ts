import { describe, expect, test } from "vitest";
import { parseAddress, repositoryAddress } from "@/lib/providers/git/address";

const parsed = (typed: string): string => {
  const { origin, pathPrefix } = parseAddress(typed);
  return origin + pathPrefix;
};

describe("an address", () => {
  test.each([
    ["https://git.example.com/team/site", "https://git.example.com/team/site"],
    ["https://git.example.com/team/site.git", "https://git.example.com/team/site"],
    ["https://git.example.com/team/site.git/", "https://git.example.com/team/site"],
    ["https://git.example.com/team/", "https://git.example.com/team"],
    ["https://git.example.com", "https://git.example.com"],
    ["https://git.example.com/", "https://git.example.com"],
    ["  https://git.example.com/a  ", "https://git.example.com/a"],
    ["HTTPS://GIT.Example.COM/Team/Site", "https://git.example.com/Team/Site"],
    ["https://git.example.com:443/a", "https://git.example.com/a"],
    ["https://git.example.com:8443/a", "https://git.example.com:8443/a"],
    ["https://git.example.com//a///b", "https://git.example.com/a/b"],
    ["https://git.example.com/a.git/b.git", "https://git.example.com/a.git/b"],
    ["https://git.example.com/a.git.git", "https://git.example.com/a"],
    ["https://git.example.com/~ada/site", "https://git.example.com/~ada/site"],
    ["https://git.example.com/scm/PRJ/site.git", "https://git.example.com/scm/PRJ/site"],
    ["https://git.example.com/a%20b", "https://git.example.com/a%20b"],
    ["https://git.example.com/%61bc", "https://git.example.com/abc"],
    ["https://git.example.com/größe", "https://git.example.com/gr%C3%B6%C3%9Fe"],
    ["https://git.example.com/gr%c3%b6%c3%9fe", "https://git.example.com/gr%C3%B6%C3%9Fe"],
    ["https://git.example.com/a+b", "https://git.example.com/a%2Bb"],
    ["https://git.example.com/a@b", "https://git.example.com/a%40b"],
    ["https://git.example.com/a:b", "https://git.example.com/a%3Ab"],
    ["https://git.example.com/...", "https://git.example.com/..."],
    ["https://git.example.com/-rf", "https://git.example.com/-rf"],
    ["https://bücher.example/a", "https://xn--bcher-kva.example/a"],
    ["https://BÜCHER.example/a", "https://xn--bcher-kva.example/a"],
    ["https://xn--bcher-kva.example/a", "https://xn--bcher-kva.example/a"],
    ["https://ｇｉｔ.example/a", "https://git.example/a"],
    ["https://10.1.2.3/a", "https://10.1.2.3/a"],
    ["https://0x0a.1/a", "https://10.0.0.1/a"],
    ["https://[fd12::1]:8443/a", "https://[fd12::1]:8443/a"],
    ["https://[FD12:0::0:1]/a", "https://[fd12::1]/a"],
    ["https://localhost:8443/a", "https://localhost:8443/a"],
  ])("%s is %s", (typed, expected) => {
    expect(parsed(typed)).toBe(expected);
    expect(parsed(expected)).toBe(expected);
  });

  test.each([
    ["", "Enter the address"],
    ["   ", "Enter the address"],
    ["git.example.com/team/site", "begin with https"],
    ["//git.example.com/site", "begin with https"],
    ["/team/site", "begin with https"],
    ["https:", "begin with https"],
    ["https:/git.example.com/a", "begin with https"],
    ["https:///a", "begin with https"],
    ["https:git.example.com", "begin with https"],
    ["http://git.example.com/a", "in the clear"],
    ["HTTP://git.example.com/a", "in the clear"],
    ["git@git.example.com:team/site.git", "SSH"],
    ["ssh://git@git.example.com/team/site.git", "SSH"],
    ["git://git.example.com/site", "SSH"],
    ["file:///etc/passwd", "begin with https"],
    ["ext::sh -c id", "begin with https"],
    ["ftp://git.example.com/a", "begin with https"],
    ["javascript:alert(1)", "begin with https"],
    ["data:text/html,x", "begin with https"],
    ["https://user@git.example.com/a", "user name"],
    ["https://user:pass@git.example.com/a", "user name"],
    ["https://@git.example.com/a", "user name"],
    ["https://:@git.example.com/a", "user name"],
    ["https://git.example.com@evil.example/a", "user name"],
    ["https://git.example.com%40evil.example/a", "understands"],
    ["https://git.example.com/a?x=1", "follows ? or #"],
    ["https://git.example.com/a?", "follows ? or #"],
    ["https://git.example.com/a#b", "follows ? or #"],
    ["https://git.example.com/a#", "follows ? or #"],
    ["https://git.example.com?a", "follows ? or #"],
    ["https://git.example.com\\@evil.example/a", "backslashes"],
    ["https:\\\\git.example.com\\a", "begin with https"],
    ["https://git.example.com/a\\b", "backslashes"],
    ["https://git.example.com/a b", "spaces"],
    ["https://git example.com/a", "spaces"],
    ["https://git.example.com/a\tb", "spaces"],
    ["https://git.example.com/a\nb", "spaces"],
    ["https://git.example.com/a\r\nHost: x", "spaces"],
    ["https://git.example.com/a\u0000", "control"],
    ["https://git.example.com/a\u007f", "control"],
    ["https://git.example.com/a\u0085b", "control"],
    ["https://git.example.com/a\u200bb", "control"],
    ["https://git.example.com/a\u202eb", "control"],
    ["https://git.example.com/a\u2028b", "spaces"],
    ["https://git.example.com/a\u00a0b", "spaces"],
    ["https://git.example.com/a%00", "differently"],
    ["https://git.example.com/a%0a", "differently"],
    ["https://git.example.com/a%0D%0A", "differently"],
    ["https://git.example.com/a%1f", "differently"],
    ["https://git.example.com/a%7F", "differently"],
    ["https://git.example.com/a%2fb", "differently"],
    ["https://git.example.com/a%2Fb", "differently"],
    ["https://git.example.com/a%5cb", "differently"],
    ["https://git.example.com/a%C2%85b", "differently"],
    ["https://git.example.com/a%E2%80%AEb", "differently"],
    ["https://git.example.com/a%", "stands for no character"],
    ["https://git.example.com/a%zz", "stands for no character"],
    ["https://git.example.com/%ff", "stands for no character"],
    ["https://git.example.com/%c0%ae%c0%ae/a", "stands for no character"],
    ["https://git.example.com/..", ". and .."],
    ["https://git.example.com/.", ". and .."],
    ["https://git.example.com/a/../b", ". and .."],
    ["https://git.example.com/a/./b", ". and .."],
    ["https://git.example.com/a/%2e%2e/b", ". and .."],
    ["https://git.example.com/a/.%2E/b", ". and .."],
    ["https://git.example.com/team/..git/../x", ". and .."],
    ["https://git.example.com/.git", "no name"],
    ["https://git.example.com/team/.git", "no name"],
    ["https://git.example.com.", "no host"],
    ["https://git.example.com./a", "no host"],
    ["https://git.example.com:/a", "no host"],
    ["https://git.example.com:0/a", "no host"],
    ["https://git.example.com:65536/a", "understands"],
    ["https://git.example.com:port/a", "understands"],
    ["https://git.example.com:22:22/a", "understands"],
    ["https://-/a b", "spaces"],
    ["https://[::1/a", "understands"],
    ["https://[fe80::1%25eth0]/a", "understands"],
    ["https://git_<x>.example/a", "understands"],
    ["https://git.exa^mple/a", "understands"],
    ["https://xn--/a", "understands"],
    [`https://git.example.com/${"a".repeat(500)}`, "too long"],
  ])("%j is refused", (typed, words) => {
    expect(() => parseAddress(typed)).toThrow(
      expect.objectContaining({ reason: "address", message: expect.stringContaining(words) }),
    );
  });
});

describe("a repository below a prefix", () => {
  const host = { provider: "git", origin: "https://git.example.com", apiUrl: "", pathPrefix: "/team" };

  test.each([
    ["site", "/team/site"],
    ["team/site", "/team/site"],
    ["/team/site.git", "/team/site"],
    ["deep/er/site", "/team/deep/er/site"],
    ["https://git.example.com/team/site", "/team/site"],
    ["teammates/site", "/team/teammates/site"],
    ["team", "/team"],
    ["-rf", "/team/-rf"],
  ])("%s is %s", (typed, path) => {
    expect(repositoryAddress(host, typed)).toBe(`https://git.example.com${path}`);
  });

  test.each([
    "https://git.example.com/teammates/site",
    "https://git.example.com/Team/site",
    "https://git.example.com/",
    "https://git.example.com:8443/team/site",
    "https://evil.example/team/site",
    "http://git.example.com/team/site",
    "git@git.example.com:team/site",
    "../other/site",
    "team/../other",
    "a/%2e%2e/b",
    "a%2f..%2fb",
    "a?b",
    "a#b",
    "a b",
    "a\\b",
    "a\u0000",
    "ssh://git.example.com/team/site",
  ])("%j is refused", (typed) => {
    expect(() => repositoryAddress(host, typed)).toThrow(
      expect.objectContaining({ name: "ProviderRejected" }),
    );
  });

  test("nothing typed is the prefix itself, where there is one", () => {
    expect(repositoryAddress(host, " ")).toBe("https://git.example.com/team");
    expect(() => repositoryAddress({ ...host, pathPrefix: "" }, "")).toThrow(/path of a repository/);
  });
});
