import { type ChildProcess, fork, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { and, count, eq, inArray, ne, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditEvents, dataKeys, db, newId, oneTimeLinks, projects, sessions, users } from "@/db";
import { verifyChain } from "@/lib/audit";
import { consumeLink, describeLink } from "@/lib/auth/links";
import { Secret } from "@/lib/secret";
import { openHookSecrets } from "@/lib/sources";
import { bundleFile } from "@/lib/testing/bundle";
import { useTestDatabase } from "@/lib/testing/database";
import { addHook, addRepository, addSite } from "@/lib/testing/factories";
import { addUser } from "@/lib/testing/people";
import type { LoadReport } from "@/lib/testing/vault-load";
import { open, type Place, seal, sessionKeys } from "@/lib/vault";
import { parseMasterKey } from "@/lib/vault/master-key";
import { runCommand } from "@/server/commands/run";

const database = useTestDatabase();

let folder: string;
let bundle: string;

beforeAll(async () => {
  mkdirSync(".test", { recursive: true });
  folder = mkdtempSync(".test/console-");
  bundle = await bundleFile("server/console.ts", folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Ended = { code: number | null; out: string; err: string };

/** The command in a process of its own, as a person runs it. */
function start(args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [bundle, ...args], {
    env: process.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  return { child, ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err }))) };
}

/** The same in this process. */
async function run(...args: string[]): Promise<Ended> {
  const [answers, complaints]: [string[], string[]] = [[], []];
  const code = await runCommand(args, {
    answer: (line) => answers.push(line),
    complain: (line) => complaints.push(line),
  });
  return { code, out: answers.join("\n"), err: complaints.join("\n") };
}

type Load = { stop(): Promise<LoadReport> };

/** A process that opens and seals for these projects until it is told to stop. */
async function startLoad(script: string, projectIds: readonly string[]): Promise<Load> {
  const child = fork(script, [...projectIds], {
    env: process.env,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const heard = () =>
    new Promise<unknown>((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", (code) => reject(new Error(`The load ended with ${code}.`)));
    });
  await heard();
  return {
    stop: async () => {
      const report = heard();
      child.send("stop");
      return (await report) as LoadReport;
    },
  };
}

const eventsOf = async (chains: readonly string[]) => {
  const [row] = await db()
    .select({ n: count() })
    .from(auditEvents)
    .where(inArray(auditEvents.chain, [...chains]));
  return row?.n ?? 0;
};

const tokenIn = (text: string) => /token=([A-Za-z0-9_-]{43})/.exec(text)?.[1] ?? "";

describe("people on the command line", () => {
  beforeEach(async () => {
    await db().delete(oneTimeLinks);
    await db().delete(sessions);
    await db().delete(users);
  });

  test("are added, with a link that signs them in once and is written down nowhere else", async () => {
    const { code, out } = await run(
      "users",
      "create",
      "--email",
      "Ada@Example.com",
      "--name",
      "Ada",
      "--admin",
    );
    expect(code).toBe(0);
    const [user] = await db().select().from(users);
    expect(user).toMatchObject({ name: "Ada", isInstanceAdmin: true, passwordHash: null });
    const token = tokenIn(out);
    expect(await consumeLink(db(), "sign_in", token)).toEqual({ userId: user?.id });
    expect(await consumeLink(db(), "sign_in", token)).toBeNull();
    const events = await db()
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.subjectId, user?.id ?? ""));
    expect(events.map((event) => event.event).sort()).toEqual(["user.created", "user.sign_in_link_created"]);
    expect(JSON.stringify(events)).not.toContain(token);
    expect(JSON.stringify(await db().select().from(oneTimeLinks))).not.toContain(token);
  });

  test("that are there already are named as such", async () => {
    await addUser({ email: "ada@example.com" });
    const { code, err, out } = await run("users", "create", "--email", "ada@example.com", "--name", "Ada");
    expect([code, out]).toEqual([1, ""]);
    expect(err).toBe("There is a person with this address already.");
  });

  test("with an address that is none are refused in words", async () => {
    const { code, err } = await run("users", "create", "--email", "ada", "--name", "Ada");
    expect(code).toBe(1);
    expect(err).toContain("Write an address such as ada@example.com.");
  });

  test("get a way in by sign-in-link, whatever the capitals; strangers do not", async () => {
    const ada = await addUser({ email: "ada@example.com" });
    const { code, out } = await run("sign-in-link", "ADA@example.com");
    expect(code).toBe(0);
    expect(out).toMatch(/^http:\/\/localhost:3000\/sign-in\/link\?token=[A-Za-z0-9_-]{43}$/);
    expect(await consumeLink(db(), "sign_in", tokenIn(out))).toEqual({ userId: ada.id });
    const stranger = await run("sign-in-link", "eve@example.com");
    expect(stranger.code).toBe(1);
    expect(stranger.out).toContain("There is nobody with the address eve@example.com");
  });

  test("begin with a set-up link, as long as there is nobody", async () => {
    const { code, out } = await run("setup-link");
    expect(code).toBe(0);
    expect(await describeLink("setup", tokenIn(out))).toEqual({ user: null });
    await addUser();
    const late = await run("setup-link");
    expect(late.code).toBe(1);
    expect(late.out).toContain("set up already");
  });
});

describe("a command line that cannot be understood", () => {
  test.each([
    [[], "Which command?"],
    [["users"], 'There is no command "users".'],
    [["users", "create"], "--email is missing."],
    [["users", "create", "--email", "a@b.example", "--name", "  "], "--name is missing."],
    [["users", "create", "--emial", "a@b.example"], "Unknown option '--emial'."],
    [["sign-in-link"], "<email> is missing."],
    [["sign-in-link", "a@b.example", "more"], '"more" was not expected.'],
    [["keys", "rotate", "--new-key-file"], "argument missing"],
    [["audit", "verify", "--all"], "Unknown option '--all'."],
  ])("%j is answered with what is wrong and how it is meant", async (args, sentence) => {
    const { code, out, err } = await run(...args);
    expect(code).toBe(2);
    expect(out + err).toContain(sentence);
    expect(out + err).toContain("Usage: npm run console --");
  });

  test("may ask for help", async () => {
    const { code, out } = await run("--help");
    expect(code).toBe(0);
    expect(out).toContain("keys rotate [--new-key-file <file>]");
  });

  test("ends the process with its code, answers on one side and complaints on the other", async () => {
    const [good, bad] = await Promise.all([start(["--help"]).ended, start(["keys"]).ended]);
    expect(good).toEqual({ code: 0, out: expect.stringContaining("Usage:"), err: "" });
    expect(bad).toEqual({ code: 2, out: "", err: expect.stringContaining('There is no command "keys".') });
  }, 60_000);
});

describe("keys on the command line", () => {
  const keyFile = () => join(database.dataDir(), "master.key");
  const fingerprint = () => parseMasterKey(readFileSync(keyFile(), "utf8"), "").fingerprint;
  const newKeyFile = () => {
    const file = join(database.dataDir(), `new-${randomBytes(4).toString("hex")}`);
    writeFileSync(file, randomBytes(32).toString("base64"));
    return file;
  };

  async function sealMany(number: number): Promise<{ place: Place; text: string }[]> {
    return Promise.all(
      Array.from({ length: number }, async () => {
        const projectId = newId("prj");
        await db().insert(projects).values({ id: projectId, name: "lighthouse" });
        const place = { projectId, table: "t", rowId: "r", field: "f", origin: "", generation: 1 };
        return { place, text: await seal(db(), place, new Secret(projectId)) };
      }),
    );
  }

  const underOtherKeys = async (current: string) => {
    const [row] = await db()
      .select({ n: count() })
      .from(dataKeys)
      .where(ne(dataKeys.masterFingerprint, current));
    return row?.n ?? 0;
  };

  test("are shown by their fingerprints, with what depends on each", async () => {
    await sealMany(2);
    const { code, out } = await run("keys", "status");
    expect(code).toBe(0);
    expect(out).toContain(`The current master key is ${fingerprint()} (${keyFile()}).`);
    expect(out).toMatch(new RegExp(`${fingerprint()} {2}wraps \\d+ data keys`));
    expect(out).not.toContain(readFileSync(keyFile(), "utf8").trim());
  });

  test("are changed while this process goes on: it opens and seals before, during and after, and nobody is signed out", async () => {
    const before = await sealMany(5);
    const session = (await sessionKeys()).current.reveal();
    const old = fingerprint();
    const { code, out } = await start(["keys", "rotate", "--new-key-file", newKeyFile()]).ended;
    expect(code).toBe(0);
    expect(fingerprint()).not.toBe(old);
    expect(out).toContain(`wrapped by the master key ${fingerprint()}`);
    expect(out).toContain(`The old key is kept at ${keyFile()}.previous-${old}`);
    expect(await underOtherKeys(fingerprint())).toBe(0);
    const after = await sealMany(3);
    expect(await underOtherKeys(fingerprint())).toBe(0);
    for (const { place, text } of [...before, ...after]) {
      expect((await open(db(), place, text)).reveal()).toBe(place.projectId);
    }
    expect((await sessionKeys()).current.reveal()).toBe(session);
    expect((await verifyChain("instance")).problems).toEqual([]);
  }, 60_000);

  test("are all under the new one in the end, though the rotation is killed again and again", async () => {
    const sealed = await sealMany(200);
    const file = newKeyFile();
    const next = parseMasterKey(readFileSync(file, "utf8"), "").fingerprint;
    const total = await underOtherKeys("");
    for (const share of [0.01, 0.3, 0.7]) {
      const { child, ended } = start(["keys", "rotate", "--new-key-file", file]);
      await expect
        .poll(() => underOtherKeys(next), { timeout: 60_000, interval: 2 })
        .toBeLessThan(total * (1 - share));
      child.kill("SIGKILL");
      await ended;
    }
    const { code, out } = await run("keys", "rotate", "--new-key-file", file);
    expect([code, await underOtherKeys(next)]).toEqual([0, 0]);
    expect(out).toContain(next);
    for (const { place, text } of sealed) {
      expect((await open(db(), place, text)).reveal()).toBe(place.projectId);
    }
    expect((await run("keys", "status")).code).toBe(0);
  }, 240_000);

  test("are changed while other processes open, seal and record without a single failure, though the rotation is killed half-way", async () => {
    const projectIds = (await sealMany(60)).map(({ place }) => place.projectId ?? "");
    const load = await bundleFile("lib/testing/vault-load.ts", folder);
    const loads = await Promise.all([1, 2].map(() => startLoad(load, projectIds)));
    const file = newKeyFile();
    const next = parseMasterKey(readFileSync(file, "utf8"), "").fingerprint;
    const total = await underOtherKeys("");
    const { child, ended } = start(["keys", "rotate", "--new-key-file", file]);
    await expect.poll(() => underOtherKeys(next), { timeout: 60_000, interval: 2 }).toBeLessThan(total * 0.7);
    child.kill("SIGKILL");
    await ended;
    expect((await run("keys", "status")).code).toBe(0);
    expect((await start(["keys", "rotate", "--new-key-file", file]).ended).code).toBe(0);
    expect(await underOtherKeys(next)).toBe(0);
    const roundsBefore = 2 * projectIds.length;
    await expect.poll(() => eventsOf(projectIds), { timeout: 60_000 }).toBeGreaterThan(roundsBefore);
    for (const one of loads) {
      const report = await one.stop();
      expect(report.failures).toEqual([]);
      expect(report.rounds).toBeGreaterThan(0);
    }
    for (const id of projectIds) expect((await verifyChain(id)).problems).toEqual([]);
    expect(await underOtherKeys(next)).toBe(0);
  }, 240_000);

  test.each([
    ["a file that is not there", () => join(database.dataDir(), "gone"), "cannot be read (ENOENT)"],
    [
      "a file that holds no key",
      () => {
        writeFileSync(join(database.dataDir(), "wrong"), "hello");
        return join(database.dataDir(), "wrong");
      },
      "is not a master key",
    ],
  ])("are not changed to %s", async (_what, file, sentence) => {
    const before = fingerprint();
    const { code, err } = await run("keys", "rotate", "--new-key-file", file());
    expect(code).toBe(1);
    expect(err).toContain(sentence);
    expect(fingerprint()).toBe(before);
  });
});

describe("a project's data key on the command line", () => {
  const outdated = async (projectId: string) => {
    const { rows } = await db().execute<{ n: number }>(sql`select count(*)::int as n from hooks
      where project_id = ${projectId} and split_part(secret_sealed, '.', 2) not in (
        select id from data_keys where project_id = ${projectId} and retired_at is null)`);
    return rows[0]?.n ?? 0;
  };

  test("is changed for one project, or for all of them; one that does not exist is named as such", async () => {
    const [one, two] = [await addSite(), await addSite()];
    await addHook(one);
    await addHook(two);
    const { code, out } = await run("keys", "rotate-project", one.projectId);
    expect(code).toBe(0);
    expect(out).toContain(`(${one.projectId}): It has another data key; 1 rows were sealed with it.`);
    const all = await run("keys", "rotate-project", "--all");
    expect(all.code).toBe(0);
    expect(all.out).toContain(two.projectId);
    expect((await run("keys", "status")).out).toMatch(
      /\d+ data keys of projects or of the instance were replaced and wait to be deleted\./,
    );
    const own = await run("keys", "rotate-instance");
    expect([own.code, own.out]).toEqual([0, expect.stringContaining("The instance has another data key;")]);
    const unknown = await run("keys", "rotate-project", "prj_00000000000000000000");
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining("There is nothing here")]);
    expect((await run("keys", "rotate-project")).code).toBe(2);
  }, 60_000);

  test("is under the new one in the end, though the change is killed half-way; every secret opens at any moment", async () => {
    const site = await addSite();
    const made = [];
    for (let count = 0; count < 300; count += 1) {
      made.push(await addHook({ ...site, repositoryId: (await addRepository(site.projectId)).id }));
    }
    const { child, ended } = start(["keys", "rotate-project", site.projectId]);
    await expect
      .poll(() => outdated(site.projectId), { timeout: 60_000, interval: 1 })
      .toSatisfy((left: number) => left > 0 && left < 290);
    child.kill("SIGKILL");
    await ended;
    const left = await outdated(site.projectId);
    expect(left).toBeGreaterThan(0);
    for (const { hookId, secret } of made) {
      expect((await openHookSecrets(hookId))?.secrets[0]?.reveal()).toBe(secret);
    }
    const { out } = await run("keys", "rotate-project", site.projectId);
    expect(out).toContain(`An earlier rotation is finished; ${left} rows`);
    expect(await outdated(site.projectId)).toBe(0);
    for (const { hookId, secret } of made) {
      expect((await openHookSecrets(hookId))?.secrets[0]?.reveal()).toBe(secret);
    }
  }, 240_000);
});

describe("the audit on the command line", () => {
  test("is whole, or the first row that is not is named", async () => {
    const { email } = await addUser();
    await run("sign-in-link", email);
    const whole = await run("audit", "verify");
    expect(whole).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+ events in \d+ chains are as they were recorded\.$/),
    });
    await db().transaction(async (tx) => {
      await tx.execute("set local session_replication_role = replica");
      const first = and(eq(auditEvents.chain, "instance"), eq(auditEvents.seq, 1));
      await tx.update(auditEvents).set({ actorName: "Eve" }).where(first);
    });
    const { code, out } = await run("audit", "verify");
    expect(code).toBe(1);
    expect(out).toMatch(/instance: Event 1 was edited after it was recorded\. \(aud_[0-9a-z]{20}\)/);
  });
});
