import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, cloneUrl, git, type Received, startReceiver, useForge } from "@/e2e/forge/testing/start";

const { forge, folder } = useForge("demo");
let clones = 0;

async function clone(name: string, credentials?: string): Promise<string> {
  const target = join(folder(), `clone-${++clones}`);
  await git(folder(), "clone", "-q", cloneUrl(forge(), name, credentials), target);
  return target;
}

async function commit(directory: string, file: string): Promise<string> {
  writeFileSync(join(directory, file), `${file}\n`);
  await git(directory, "add", "--all");
  await git(directory, "commit", "-q", "-m", `Add ${file}`);
  return (await git(directory, "rev-parse", "HEAD")).trim();
}

/** A repository of a test's own with a hook, and what the hook received. */
async function hooked(name: string, events: string[] = ["push"]) {
  const { admin } = forge();
  await admin.createRepository({ owner: "octocat", name, files: { "a.txt": "1\n", "b.txt": "1\n" } });
  const receiver = await startReceiver();
  const { token } = await admin.issueToken("octocat", ["repo"]);
  const config = { url: receiver.url, content_type: "json", secret: "hook secret" };
  const created = await call(forge(), token, "POST", `/repos/octocat/${name}/hooks`, { config, events });
  expect(created.status).toBe(201);
  await admin.deliveriesIdle();
  const take = async (): Promise<Received[]> => {
    await admin.deliveriesIdle();
    return receiver.received.splice(0);
  };
  await take();
  return { name: `octocat/${name}`, take, close: receiver.close };
}

const payload = (received: Received | undefined) => JSON.parse(received?.bytes.toString() ?? "null");

describe("reading", () => {
  it("a public repository needs nobody; a private one needs a member's token with the scope", async () => {
    await clone("octocat/hello-static");
    const reading = (credentials?: string) =>
      git(folder(), "ls-remote", cloneUrl(forge(), "tidepool/private-notes", credentials));
    await expect(reading()).rejects.toThrow(/could not read Username/);
    await expect(reading("x:gho_wrong")).rejects.toThrow(/Authentication failed/);
    const { admin } = forge();
    const good = await admin.issueToken("mona", ["repo"]);
    const narrow = await admin.issueToken("mona", ["public_repo"]);
    await admin.createUser({ login: "stranger" });
    const foreign = await admin.issueToken("stranger", ["repo"]);
    expect(await reading(`anything:${good.token}`)).toContain("refs/heads/main");
    await expect(reading(`x:${narrow.token}`)).rejects.toThrow(/not found/);
    await expect(reading(`x:${foreign.token}`)).rejects.toThrow(/not found/);
    await admin.revokeToken(good.token);
    await expect(reading(`x:${good.token}`)).rejects.toThrow(/Authentication failed/);
  });

  it("challenges in GitHub's words", async () => {
    const answer = await fetch(
      `${cloneUrl(forge(), "tidepool/private-notes")}/info/refs?service=git-upload-pack`,
    );
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe('Basic realm="GitHub"');
    const unknown = await fetch(`${cloneUrl(forge(), "nobody/nothing")}/info/refs?service=git-upload-pack`);
    expect(unknown.status).toBe(401);
  });

  it("fetches one commit by its id, shallow, also after the branch was moved away from it", async () => {
    const { admin } = forge();
    await admin.createRepository({ owner: "octocat", name: "moved", files: { "a.txt": "1" } });
    const first = await admin.headOf("octocat/moved");
    const second = await admin.commitFiles("octocat/moved", "main", { "a.txt": "2" });
    await admin.forcePush("octocat/moved", "main", first ?? "");
    const target = join(folder(), `fetch-${++clones}`);
    await git(folder(), "init", "-q", target);
    await git(target, "fetch", "-q", "--depth", "1", cloneUrl(forge(), "octocat/moved"), second);
    expect((await git(target, "rev-parse", "FETCH_HEAD")).trim()).toBe(second);
  });

  it("speaks protocol version 2", async () => {
    const answer = await fetch(
      `${cloneUrl(forge(), "octocat/hello-static")}/info/refs?service=git-upload-pack`,
      {
        headers: { "git-protocol": "version=2" },
      },
    );
    expect(await answer.text()).toContain("version 2");
  });

  it("an old name still works after a rename", async () => {
    await forge().admin.createRepository({ owner: "octocat", name: "was-this" });
    await forge().admin.renameRepository("octocat/was-this", "is-that");
    expect(await git(folder(), "ls-remote", cloneUrl(forge(), "octocat/was-this"))).toContain(
      "refs/heads/main",
    );
  });
});

describe("pushing", () => {
  it("delivers a signed push that says exactly what moved", async () => {
    const hook = await hooked("signed");
    const directory = await clone(hook.name, "octocat:octocat");
    const before = (await git(directory, "rev-parse", "HEAD")).trim();
    await git(directory, "rm", "-q", "b.txt");
    const after = await commit(directory, "new file ü.txt");
    await git(directory, "push", "-q");
    const [event, ...others] = await hook.take();
    hook.close();
    expect(others).toEqual([]);
    const body = event?.bytes ?? Buffer.alloc(0);
    const sign = (hash: string) => createHmac(hash, "hook secret").update(body).digest("hex");
    expect(event?.headers).toMatchObject({
      "x-github-event": "push",
      "x-hub-signature-256": `sha256=${sign("sha256")}`,
      "x-hub-signature": `sha1=${sign("sha1")}`,
      "content-type": "application/json",
    });
    expect(event?.headers["user-agent"]).toMatch(/^GitHub-Hookshot\//);
    expect(event?.headers["x-github-delivery"]).toMatch(/^[0-9a-f-]{36}$/);
    const push = payload(event);
    expect(push).toMatchObject({
      ref: "refs/heads/main",
      before,
      after,
      created: false,
      deleted: false,
      forced: false,
      pusher: { name: "octocat" },
    });
    expect(push.commits).toHaveLength(1);
    expect(push.commits[0]).toMatchObject({
      added: ["new file ü.txt"],
      removed: ["b.txt"],
      modified: [],
      distinct: true,
    });
    expect(push.head_commit.id).toBe(after);
  });

  it("needs credentials even for a public repository, and the right to write", async () => {
    const directory = await clone("octocat/hello-static");
    await commit(directory, "anonymous.txt");
    await expect(git(directory, "push", "-q")).rejects.toThrow(/could not read Username/);
    await forge().admin.createUser({ login: "visitor" });
    const url = cloneUrl(forge(), "octocat/hello-static", "visitor:visitor");
    await expect(git(directory, "push", "-q", url, "main")).rejects.toThrow(/403/);
    const archived = cloneUrl(forge(), "lighthouse/old-lamp", "octocat:octocat");
    await expect(git(directory, "push", "-q", "-f", archived, "main")).rejects.toThrow(/403/);
  });

  it("tells creation, force and deletion of branches, and tags, apart", async () => {
    const hook = await hooked("kinds", ["push", "create", "delete"]);
    const directory = await clone(hook.name, "octocat:octocat");
    await git(directory, "push", "-q", "origin", "HEAD:refs/heads/feature/one");
    const created = (await hook.take()).map((one) => ({
      event: one.headers["x-github-event"],
      ...payload(one),
    }));
    expect(created.find((one) => one.event === "create")).toMatchObject({
      ref: "feature/one",
      ref_type: "branch",
    });
    const push = created.find((one) => one.event === "push");
    expect(push).toMatchObject({
      ref: "refs/heads/feature/one",
      created: true,
      commits: [],
      before: "0".repeat(40),
    });

    await git(directory, "commit", "-q", "--amend", "-m", "Another past");
    await git(directory, "push", "-q", "-f", "origin", "HEAD:refs/heads/feature/one");
    expect(payload((await hook.take())[0])).toMatchObject({ forced: true, created: false });

    await git(directory, "push", "-q", "origin", ":refs/heads/feature/one");
    const deleted = (await hook.take()).map(payload);
    expect(deleted.find((one) => one.deleted)).toMatchObject({
      after: "0".repeat(40),
      head_commit: null,
      commits: [],
    });

    await git(directory, "tag", "v1");
    await git(directory, "push", "-q", "origin", "v1");
    const tagged = (await hook.take()).map(payload);
    expect(tagged.find((one) => one.ref === "refs/tags/v1")).toMatchObject({ created: true, commits: [] });
    for (const tag of ["v2", "v3", "v4", "v5"]) await git(directory, "tag", tag);
    await git(directory, "push", "-q", "--tags", "origin");
    expect(await hook.take()).toEqual([]);
    hook.close();
  });

  it("lists at most 2048 commits", async () => {
    const hook = await hooked("many-commits");
    const directory = await clone(hook.name, "octocat:octocat");
    const commits = Array.from(
      { length: 2100 },
      (_, index) =>
        `commit refs/heads/main\ncommitter A <a@forge.example> ${1_790_000_000 + index} +0000\ndata 1\n.\n${index === 0 ? "from refs/heads/main^0\n" : ""}\n`,
    );
    writeFileSync(join(folder(), "stream"), commits.join(""));
    await git(directory, "-c", "alias.import=!git fast-import --quiet < ../stream", "import");
    await git(directory, "push", "-q");
    const push = payload((await hook.take())[0]);
    hook.close();
    expect(push.commits).toHaveLength(2048);
    expect(push.commits.at(-1).id).toBe(push.after);
  });

  it("through the admin is the same as over HTTP", async () => {
    const hook = await hooked("by-admin");
    const sha = await forge().admin.commitFiles(
      hook.name,
      "main",
      { "a.txt": "2\n" },
      { message: "Change a" },
    );
    const push = payload((await hook.take())[0]);
    hook.close();
    expect(push).toMatchObject({ after: sha, head_commit: { message: "Change a", modified: ["a.txt"] } });
  });

  it("a hook that was switched off hears nothing", async () => {
    const hook = await hooked("switched-off");
    const [own] = await forge().admin.hooks(hook.name);
    await forge().admin.disableHook(own?.id ?? 0);
    await forge().admin.commitFiles(hook.name, "main", { "a.txt": "2\n" });
    expect(await hook.take()).toEqual([]);
    hook.close();
  });
});
