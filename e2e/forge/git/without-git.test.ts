import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { git, useForge } from "@/e2e/forge/testing/start";
import { readRefFiles } from "./ref-files";

const { forge } = useForge("empty");
beforeAll(() => forge().admin.createUser({ login: "ada" }));

/** A repository of a test's own, and git at it. */
async function made(
  name: string,
  files?: Record<string, string | { executable: string } | { symlink: string }>,
) {
  const { admin, dataDir } = forge();
  const { id, fullName } = await admin.createRepository({ owner: "ada", name, ...(files ? { files } : {}) });
  const directory = join(dataDir, "repositories", `${id}.git`);
  return { fullName, directory, run: (...args: string[]) => git(directory, ...args) };
}

describe("a first commit, which is written without git,", () => {
  it("is what git would write: its check finds nothing wrong, and another commit goes on from it", async () => {
    const files = { "a/b/c": "1", "a.txt": "2", "a/d": { executable: "3" }, a0: { symlink: "a.txt" } };
    const { fullName, run } = await made("folders", files);
    expect(await run("fsck", "--strict", "--no-dangling")).toBe("");
    const listed = (await run("ls-tree", "-r", "--format=%(objectmode) %(path)", "main")).trim().split("\n");
    expect(listed).toEqual(["100644 a.txt", "100644 a/b/c", "100755 a/d", "120000 a0"]);
    const next = await forge().admin.commitFiles(fullName, "main", { "a/d": null });
    expect((await run("rev-parse", "main")).trim()).toBe(next);
    expect(await run("diff", "--name-status", "main~1", "main")).toBe("D\ta/d\n");
    expect(await run("fsck", "--strict", "--no-dangling")).toBe("");
  });

  it.each(["../outside", "a//b", ".git/config", "a/./b"])("is refused for the path %s", async (path) => {
    await expect(made(`bad-${path.length}`, { [path]: "1" })).rejects.toThrow("no path that git would take");
  });
});

describe("refs, which are read without git,", () => {
  it("are those that git lists: in files of their own, packed, moved since, and deleted", async () => {
    const { fullName, directory, run } = await made("refs");
    const { admin } = forge();
    for (const branch of ["feature/one", "feature/two", "release"])
      await admin.createBranch(fullName, branch);
    await run("-c", "tag.gpgSign=false", "tag", "-a", "-m", "First", "v1", "main");
    await run("pack-refs", "--all");
    await admin.commitFiles(fullName, "release", { "a.txt": "moved" });
    await admin.deleteBranch(fullName, "feature/two");
    await admin.createBranch(fullName, "later");
    const listed = await run("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/tags");
    const read = await readRefFiles(directory, ["refs/heads", "refs/tags"]);
    expect([...read].map((entry) => entry.join(" "))).toEqual(listed.trim().split("\n"));
    expect(read.size).toBe(5);
  });
});
