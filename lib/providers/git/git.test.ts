import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isBranchName } from "@/lib/branch-name";
import { describeSourceProvider } from "@/lib/providers/contract";
import { git } from "@/lib/providers/git";
import { BRANCHES_SHOWN, type Grant } from "@/lib/providers/provider";
import { Secret } from "@/lib/secret";
import { addManyBranches, type GitHost, startGitHost } from "@/lib/testing/git-host";

process.env.EGRESS_ALLOW = "127.0.0.0/8, ::1";

let host: GitHost;
beforeAll(async () => {
  host = await startGitHost();
  host.accounts.set("deploy", "right");
});
afterAll(() => host.close());

const grant = (): Grant => ({
  instance: {
    provider: "git",
    origin: host.origin,
    apiUrl: host.origin,
    hostKind: "other",
    pathPrefix: "/team",
    caCertificate: host.ca,
  },
  user: "deploy",
  token: new Secret("right"),
});

describeSourceProvider({
  provider: git,
  host: () => ({
    grant: async () => grant(),
    down: async () => {
      const origin = "https://127.0.0.1:9";
      return {
        grant: { ...grant(), instance: { ...grant().instance, origin } },
        externalId: `${origin}/team/site`,
      };
    },
    addRepository: async (name) => {
      const fullName = `team/${name}`;
      const head = host.addRepository(fullName, { "index.html": "one" });
      return { externalId: `${host.origin}/${fullName}`, fullName, head };
    },
    remove: async (fullName) => rmSync(host.folderOf(fullName), { recursive: true }),
    push: async (fullName, branch) => host.commit(fullName, branch, { "page.html": `${Math.random()}` }),
  }),
  // Their calls have a test of their own, for each kind of host.
  hasHooks: false,
  webhooks: [],
});

const { source } = git;
const idOf = (path: string) => `${host.origin}/${path}`;

test("a commit's message, author and time are read without an API, in whatever tongue", async () => {
  const message = "Grüße an alle\n\nUnd noch eine Zeile.";
  const head = host.addRepository("team/told", { "index.html": "x".repeat(100_000) }, message);
  expect(await source.getCommit(grant(), idOf("team/told"), head)).toMatchObject({
    sha: head,
    message,
    author: "Ada Lovelace",
    at: expect.stringMatching(/^20\d\d-/),
  });
  const page = await source.getCommit(
    { ...grant(), instance: { ...grant().instance, hostKind: "gitlab" } },
    idOf("team/told"),
    head,
  );
  expect(page.url).toBe(`${idOf("team/told")}/-/commit/${head}`);
});

test("a commit that is large with files costs its own bytes, with a server that can filter and one that cannot", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`f${i}`, `${Math.random()}`.repeat(50_000)]),
  );
  const head = host.addRepository("team/heavy", files, "Heavy");
  for (const filter of ["false", "true"]) {
    host.git("team/heavy", ["config", "uploadpack.allowFilter", filter]);
    expect((await source.getCommit(grant(), idOf("team/heavy"), head)).message).toBe("Heavy");
  }
});

test("a server of the old protocol is read as well: branches, head and commit", async () => {
  const head = host.addRepository("team/old", { "index.html": "one" }, "Old but fine");
  const side = host.commit("team/old", "side", { "index.html": "two" });
  host.before = (request) => {
    delete request.headers["git-protocol"];
    return false;
  };
  try {
    expect(await source.getRepository(grant(), idOf("team/old"))).toMatchObject({ defaultBranch: "main" });
    expect(await source.searchBranches(grant(), idOf("team/old"), "")).toEqual([
      { name: "main", commit: head },
      { name: "side", commit: side },
    ]);
    expect(await source.readHead(grant(), idOf("team/old"), "side", null)).toMatchObject({ commit: side });
    expect(await source.getCommit(grant(), idOf("team/old"), head)).toMatchObject({
      message: "Old but fine",
    });
  } finally {
    host.before = null;
  }
});

test("a repository without commits has a default branch and no others; a detached HEAD leads to a branch at its commit", async () => {
  host.addRepository("team/new");
  expect(await source.getRepository(grant(), idOf("team/new"))).toMatchObject({ defaultBranch: "main" });
  expect(await source.searchBranches(grant(), idOf("team/new"), "")).toEqual([]);
  const head = host.addRepository("team/detached", { "index.html": "one" });
  host.git("team/detached", ["branch", "--quiet", "-m", "main", "master"]);
  host.git("team/detached", ["update-ref", "--no-deref", "HEAD", head]);
  expect(await source.getRepository(grant(), idOf("team/detached"))).toMatchObject({
    defaultBranch: "master",
  });
});

test("a head among hundreds of thousands is asked for by name, and the search ends with what a person can look through", async () => {
  const head = host.addRepository("team/huge", { "index.html": "one" });
  const names = Array.from({ length: 300_000 }, (_, i) => `ticket-${String(i).padStart(6, "0")}`);
  addManyBranches(host, "team/huge", head, ["main", ...names]);
  host.requests.length = 0;
  const started = Date.now();
  expect(await source.readHead(grant(), idOf("team/huge"), "ticket-299999", null)).toMatchObject({
    commit: head,
  });
  expect(Date.now() - started).toBeLessThan(10_000);
  expect(await source.searchBranches(grant(), idOf("team/huge"), "TICKET-2500")).toHaveLength(100);
  expect((await source.searchBranches(grant(), idOf("team/huge"), "")).length).toBe(BRANCHES_SHOWN + 1);
});

test("names that git takes and people would not: each is found, and read, as exactly itself", async () => {
  const parts = [
    "a b".replace(" ", "_"),
    "$(id)",
    "`id`",
    ";rm",
    "&&x",
    "|x",
    "'q'",
    '"q"',
    "<x>",
    "#1",
    "%41",
    "ä",
    "日本",
    "@x",
    "x@",
    "!",
    "{x}",
    "(y)",
    "=",
    "+",
    ",",
    "é̂",
    "\u{1f680}",
    "refs",
    "heads",
    "HEAD1",
    "0".repeat(40),
    "a".repeat(200),
    ...[
      "²",
      "ß",
      "$IFS",
      "a'b\"c",
      "%2e%2e",
      "\u{1f1e9}\u{1f1ea}",
      "con",
      "\u202ex",
      "x.LOCK",
      "\u0085",
      "&amp;",
      "1e9",
    ],
  ];
  const names = parts
    .flatMap((part) => [part, `x/${part}`, `${part}/${part}`, `dep-${part}-end`, `${part}.x`, `v-${part}`])
    .filter(isBranchName);
  expect(new Set(names).size).toBeGreaterThan(200);
  // A search shows two hundred at most.
  const all = [...new Set(names)];
  for (const [i, some] of [all.slice(0, 150), all.slice(150)].entries()) {
    const path = `team/nasty-${i}`;
    const head = host.addRepository(path, { "index.html": "one" });
    addManyBranches(host, path, head, ["main", ...some]);
    const found = new Set((await source.searchBranches(grant(), idOf(path), "")).map(({ name }) => name));
    for (const name of some) expect(found.has(name), name).toBe(true);
    for (const name of some.filter((_, n) => n % 8 === 0)) {
      expect(await source.readHead(grant(), idOf(path), name, null), name).toMatchObject({ commit: head });
    }
  }
});

test("every name that is offered is short enough to be followed, and no shorter one is left out", async () => {
  const head = host.addRepository("team/long", { "index.html": "one" });
  const nested = (length: number) => "n/".repeat(400).padEnd(length, "n");
  const names = [
    "a".repeat(240),
    "b".repeat(600),
    nested(989),
    "é".repeat(494),
    nested(990),
    "é".repeat(495),
  ];
  addManyBranches(host, "team/long", head, ["main", ...names]);
  const found = await source.searchBranches(grant(), idOf("team/long"), "");
  expect(found.map(({ name }) => name).sort()).toEqual(["main", ...names.slice(0, 4)].sort());
  expect(await source.readHead(grant(), idOf("team/long"), nested(989), null)).toMatchObject({
    commit: head,
  });
});

test("what is not at or below the integration's prefix is refused before the host is asked", async () => {
  host.addRepository("teammates/site", { "index.html": "one" });
  host.requests.length = 0;
  const foreign = [
    "https://other.example/team/site",
    `${host.origin}/teammates/site`,
    `${host.origin}/team/../teammates/site`,
  ];
  for (const address of foreign) {
    await expect(source.getRepository(grant(), address), address).rejects.toMatchObject({
      name: "RepositoryGone",
    });
    await expect(source.findRepository(grant(), address), address).rejects.toMatchObject({
      name: "ProviderRejected",
    });
  }
  expect(host.requests).toEqual([]);
});

test("a typed repository is an address, a path from the root or one from the prefix; `.git` makes no other one", async () => {
  host.addRepository("team/deep/site", { "index.html": "one" });
  for (const typed of [
    `${host.origin}/team/deep/site.git`,
    "/team/deep/site",
    "team/deep/site.git",
    "deep/site",
    " deep/site/ ",
  ]) {
    expect(await source.findRepository(grant(), typed), typed).toMatchObject({
      externalId: idOf("team/deep/site"),
      fullName: "team/deep/site",
      cloneUrl: `${idOf("team/deep/site")}.git`,
    });
  }
});
