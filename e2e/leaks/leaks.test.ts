import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/db";
import { Leaks } from "@/e2e/leaks";
import { dumpDatabase } from "@/e2e/leaks/database";
import type { Evidence } from "@/e2e/leaks/evidence";
import { readFiles } from "@/e2e/leaks/files";
import { watchProcesses } from "@/e2e/leaks/processes";
import { startRecorder } from "@/e2e/leaks/recorder";
import { findLeaks } from "@/e2e/leaks/scan";
import { RunSecrets } from "@/e2e/leaks/secrets";
import { useTestDatabase } from "@/lib/testing/database";

const database = useTestDatabase();

/** With characters that every encoding changes. */
const newSecret = () =>
  `gho_${randomBytes(12).toString("base64url")}+/"?&é~${randomBytes(6).toString("hex")}`;

const ENCODINGS: [string, (secret: string) => string][] = [
  ["plain", (secret) => secret],
  ["JSON", (secret) => JSON.stringify({ secret })],
  ["base64", (secret) => Buffer.from(secret).toString("base64")],
  ["base64url", (secret) => Buffer.from(secret).toString("base64url")],
  ["url", (secret) => encodeURIComponent(secret)],
  ["form", (secret) => new URLSearchParams({ secret }).toString()],
  ["hex", (secret) => Buffer.from(secret).toString("hex")],
  ["HEX", (secret) => Buffer.from(secret).toString("hex").toUpperCase()],
  ...["x", "oauth2", "x-access-token", "ab", "abc"].map((user): [string, (secret: string) => string] => [
    `Basic of ${user}`,
    (secret) => `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`,
  ]),
];

type Planted = { evidence: () => Promise<Evidence[]> | Evidence[]; end?: () => void | Promise<void> };

/** One text in each place that a scan looks into. */
const PLACES: [string, (text: string) => Promise<Planted> | Planted][] = [
  ["the database", inDatabase],
  [
    "a file of the data directory",
    (text) => inFile("mirrors/some/config", Buffer.from(`before ${text} after`)),
  ],
  ["a log file", (text) => inFile("postgres/postgres.log", Buffer.from(text))],
  ["a published site", (text) => inFile("sites/dep_1/index.html", Buffer.from(`<p>${text}</p>`))],
  ["a published file that is packed", (text) => inFile("sites/dep_1/index.html.gz", gzipSync(text))],
  ["one that is packed otherwise", (text) => inFile("sites/dep_1/index.html.br", brotliCompressSync(text))],
  ["a response", (text) => inResponse({ body: text })],
  ["a header of a response", (text) => inResponse({ header: text })],
  ["a stream that never ends", (text) => inResponse({ body: `data: ${text}\n\n`, isEndless: true })],
  ["the arguments of a process", (text) => inProcess([text])],
  ["the environment of a process", (text) => inProcess([], text)],
  ["the environment of its grandchild", inGrandchild],
];

describe("a secret is found", () => {
  test.each(PLACES)("in %s, in every encoding", async (_name, plant) => {
    for (const [encoding, encode] of ENCODINGS) {
      const secret = newSecret();
      const planted = await plant(encode(secret));
      const secrets = new RunSecrets();
      secrets.add("access token", secret);
      const evidence = await planted.evidence();
      const leaks = findLeaks(secrets.all(), evidence);
      await planted.end?.();
      expect(leaks, encoding).not.toEqual([]);
      expect(leaks.join(), encoding).not.toContain(secret);
      const others = new RunSecrets();
      others.add("access token", newSecret());
      expect(findLeaks(others.all(), evidence), encoding).toEqual([]);
    }
  });

  test("in what a followed process printed, and fails the run", async () => {
    const secret = newSecret();
    const leaks = await Leaks.watch({ webPort: 1, dataDir: join(tmpdir(), "not-there") });
    const child = spawn(process.execPath, [
      "-e",
      "console.error(Buffer.from(process.argv[1], 'hex').toString())",
      Buffer.from(secret).toString("hex"),
    ]);
    leaks.follow(child);
    await new Promise((resolve) => child.once("close", resolve));
    await expect(leaks.refuse([{ kind: "access_token", value: secret }])).rejects.toThrow(
      /access token .* in log printed by/,
    );
    await leaks.end();
  });

  test("at the very beginning and end, among a thousand others, in a hundred megabytes within two seconds", () => {
    const secrets = new RunSecrets();
    for (let count = 0; count < 300; count += 1)
      secrets.add("token", `gho_${randomBytes(18).toString("hex")}`);
    const [first, last] = [newSecret(), newSecret()];
    secrets.add("first", first);
    secrets.add("last", last);
    const noise = randomBytes(100 * 1024 * 1024);
    noise.write(first, 0);
    noise.write(last, noise.length - Buffer.byteLength(last));
    const startedAt = performance.now();
    const leaks = findLeaks(secrets.all(), [{ place: "data directory", where: "noise", bytes: noise }]);
    expect(performance.now() - startedAt).toBeLessThan(5 * 2000);
    expect(leaks.map((leak) => leak.split(" ")[0])).toEqual(["first", "last"]);
  });
});

describe("what may stand where it stands", () => {
  const link = randomBytes(32).toString("base64url");
  const seen = (evidence: Partial<Evidence>): Evidence => ({
    place: "response",
    where: "",
    bytes: Buffer.from(`… ${link} …`),
    ...evidence,
  });
  const asked = (method: string, url: string) => seen({ request: { method, url } });
  const leaksOf = (add: (secrets: RunSecrets) => void, evidence: Evidence) => {
    const secrets = new RunSecrets();
    add(secrets);
    return findLeaks(secrets.all(), [evidence]).length;
  };

  test("a link's token is printed, and given to whoever brought it or asked for it; nowhere else", () => {
    const found = (evidence: Evidence) => leaksOf((secrets) => secrets.addLinkToken(link), evidence);
    expect(found(seen({ place: "log", where: "printed by scripts/console.mjs" }))).toBe(0);
    expect(found(asked("GET", `/sign-in/link?token=${link}`))).toBe(0);
    expect(found(asked("POST", "/projects/prj_1/members"))).toBe(0);
    expect(found(asked("GET", "/projects/prj_1/members"))).toBe(1);
    expect(found(seen({ place: "database", where: "one_time_links" }))).toBe(1);
    expect(found(seen({ place: "log", where: "postgres/postgres.log" }))).toBe(1);
  });

  test("what a form shows once is in the answer to it; nowhere else", () => {
    const found = (evidence: Evidence) =>
      leaksOf((secrets) => secrets.addShownOnce("hook secret", link), evidence);
    expect(found(asked("POST", "/projects/prj_1"))).toBe(0);
    expect(found(asked("GET", "/projects/prj_1"))).toBe(1);
  });

  test("the master key is in its file; neither its text nor its bytes elsewhere", () => {
    const key = randomBytes(32);
    const found = (evidence: Evidence) =>
      leaksOf((secrets) => secrets.addMasterKey("master.key", `${key.toString("base64")}\n`), evidence);
    const bytes = Buffer.from(key.toString("base64"));
    expect(found({ place: "data directory", where: "master.key", bytes })).toBe(0);
    expect(found({ place: "data directory", where: "mirrors/x", bytes })).toBeGreaterThan(0);
    expect(found({ place: "database", where: "data_keys", bytes: Buffer.from(key.toString("hex")) })).toBe(1);
    expect(found({ place: "data directory", where: "postgres/cluster/base/1", bytes: key })).toBe(1);
  });

  test("the operator's client secret is in the environment of the supervisor, and of no process that it starts", () => {
    const found = (where: string) =>
      leaksOf(
        (secrets) => secrets.addOperators("GITHUB_CLIENT_SECRET", link),
        seen({ place: "environment of a process", where }),
      );
    expect(found("/usr/bin/node scripts/start.mjs --as-built")).toBe(0);
    for (const where of [
      "node dist/server.mjs",
      "node dist/worker.mjs",
      "git fetch",
      "postgres -D x",
      "bwrap",
    ]) {
      expect(found(where), where).toBe(1);
    }
  });
});

describe("the recorder", () => {
  test("hands everything on as it is, and learns secrets from forms, addresses and cookies", async () => {
    const [password, token, cookie, half] = [1, 2, 3, 4].map(() => randomBytes(20).toString("base64url"));
    const server = createServer((incoming, answer) => {
      answer.setHeader("set-cookie", [
        `authjs.session-token=${cookie}; Path=/`,
        `skc_att_1=${half}.${half}x`,
      ]);
      let size = 0;
      incoming.on("data", (chunk: Buffer) => {
        size += chunk.length;
      });
      incoming.on("end", () => answer.writeHead(201).end(`${incoming.method} ${incoming.url} ${size}`));
    });
    const secrets = new RunSecrets();
    const recorder = await startRecorder({ to: await listen(server), secrets });
    const form = new FormData();
    form.set("1_newPassword", String(password));
    form.set("name", "not a secret at all");
    const address = `http://127.0.0.1:${recorder.port}/sign-in/link?token=${token}`;
    const answer = await fetch(address, { method: "POST", body: form });
    expect([answer.status, await answer.text()]).toEqual([
      201,
      expect.stringMatching(/^POST \/sign-in\/link\?token=.* \d{3}$/),
    ]);
    expect(answer.headers.getSetCookie()).toHaveLength(2);
    expect(secrets.all().map(({ value }) => value)).toEqual(
      expect.arrayContaining([password, token, cookie, half]),
    );
    expect(secrets.all().some(({ value }) => value === "not a secret at all")).toBe(false);
    expect(findLeaks(secrets.all(), recorder.responses())).toEqual([]);
    await recorder.close();
    server.close();
  });
});

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "skytells-leaks-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function inDatabase(text: string): Promise<Planted> {
  await db().execute("create table if not exists planted (it text, more jsonb)");
  await db().execute("truncate planted");
  const escaped = text.replaceAll("'", "''");
  await db().execute(`insert into planted values ('${escaped}', '{}')`);
  return { evidence: () => dumpDatabase(database.url()) };
}

function inFile(name: string, bytes: Buffer): Planted {
  const dataDir = mkdtempSync(join(folder, "data-"));
  mkdirSync(join(dataDir, name, ".."), { recursive: true });
  writeFileSync(join(dataDir, name), bytes);
  return { evidence: () => [...readFiles(dataDir)], end: () => rmSync(dataDir, { recursive: true }) };
}

async function inResponse(what: { body?: string; header?: string; isEndless?: boolean }): Promise<Planted> {
  const server = createServer((_incoming, answer) => {
    if (what.header) answer.setHeader("x-something", Buffer.from(what.header, "utf8").toString("latin1"));
    answer.write(what.body ?? "nothing");
    if (!what.isEndless) answer.end();
  });
  const recorder = await startRecorder({ to: await listen(server), secrets: new RunSecrets() });
  const control = new AbortController();
  const response = await fetch(`http://127.0.0.1:${recorder.port}/page`, { signal: control.signal });
  await response.body?.getReader().read();
  return {
    evidence: () => recorder.responses(),
    end: async () => {
      control.abort();
      await recorder.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

const environment = (something: string): NodeJS.ProcessEnv => ({ NODE_ENV: "test", SOMETHING: something });
const WAITS = "setInterval(() => undefined, 1000)";

async function inProcess(args: string[], something = ""): Promise<Planted> {
  return watched(
    spawn(process.execPath, ["-e", WAITS, ...args], { env: environment(something), stdio: "ignore" }),
  );
}

async function inGrandchild(text: string): Promise<Planted> {
  const script = `const { spawn } = require("node:child_process");
    const text = Buffer.from(process.argv[1], "base64").toString();
    const child = spawn(process.execPath, ["-e", ${JSON.stringify(WAITS)}], { env: { SOMETHING: text }, stdio: "ignore" });
    process.on("SIGTERM", () => { child.kill(); process.exit(); });`;
  const hidden = Buffer.from(text).toString("base64");
  const planted = await watched(
    spawn(process.execPath, ["-e", script, hidden], { env: environment(""), stdio: "ignore" }),
    2,
  );
  return {
    ...planted,
    evidence: async () =>
      (await planted.evidence()).filter(({ place }) => place === "environment of a process"),
  };
}

/** Watches until so many processes were seen. */
async function watched(child: ChildProcess, processes = 1): Promise<Planted> {
  const watch = watchProcesses();
  watch.follow(child.pid);
  const isSeen = () => watch.seen().filter(({ place }) => place === "environment of a process").length;
  await expect.poll(isSeen, { timeout: 30_000, interval: 5 }).toBeGreaterThanOrEqual(processes);
  return {
    evidence: () => watch.seen(),
    end: () => {
      watch.stop();
      child.kill();
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
}
