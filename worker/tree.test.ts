import { expect, test } from "vitest";
import { DeploymentFailure } from "@/worker/failure";
import { parseTree } from "@/worker/tree";

const ID = Buffer.alloc(20, 7);
const entry = (mode: string, name: string): Buffer =>
  Buffer.concat([Buffer.from(`${mode} ${name}\0`, "latin1"), ID]);

function reasonOf(data: Buffer): string {
  try {
    parseTree(data, 20);
  } catch (error) {
    if (error instanceof DeploymentFailure) return error.outcome.reason;
    throw error;
  }
  return "accepted";
}

test("files, folders, links and submodules are told apart, and names are kept byte for byte", () => {
  const tree = Buffer.concat([
    ...[entry("100644", "a b\n"), entry("100755", "-rf"), entry("40000", "web"), entry("120000", "\xff\xfe")],
    entry("160000", "vendor"),
  ]);
  expect(parseTree(tree, 20).map(({ kind, isExecutable, name }) => [kind, isExecutable, name])).toEqual([
    ["file", false, "a b\n"],
    ["file", true, "-rf"],
    ["folder", false, "web"],
    ["link", false, "\xff\xfe"],
    ["submodule", false, "vendor"],
  ]);
  expect(parseTree(tree, 20)[0]?.id).toBe(ID.toString("hex"));
});

test("a name that leaves its folder or poses as git's own is refused", () => {
  for (const name of ["", ".", "..", "a/b", "../x", "/etc", ".git", ".GIT", ".Git ", ".git."]) {
    expect([name, reasonOf(entry("100644", name))]).toEqual([name, "repository_unsafe"]);
  }
  for (const name of [".github", ".gitignore", "git", "..."]) {
    expect([name, reasonOf(entry("100644", name))]).toEqual([name, "accepted"]);
  }
});

test("a name that comes twice, an unknown mode and a damaged tree are refused", () => {
  const link = entry("120000", "x");
  expect(reasonOf(Buffer.concat([link, entry("40000", "x")]))).toBe("repository_unsafe");
  expect(reasonOf(entry("010644", "pipe"))).toBe("repository_unsafe");
  expect(reasonOf(link.subarray(0, 12))).toBe("repository_unsafe");
  expect(reasonOf(Buffer.from("no tree at all"))).toBe("repository_unsafe");
});
