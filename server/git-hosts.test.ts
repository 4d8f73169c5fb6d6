import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { and, eq, isNotNull } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditEvents, cleanups, db, deliveries, hooks, integrations, pushes, repositories } from "@/db";
import type { PlainKind } from "@/e2e/forge/plain/kinds";
import { loadProjectContext } from "@/lib/access";
import { getReceipt, removeIntegration, runDueCleanups } from "@/lib/integrations";
import { runDuePolls } from "@/lib/pushes";
import { listHookPanels, newHookSecret, openHookSecrets, runDueHookChecks } from "@/lib/sources";
import { addBoundApp, rebind } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { deploymentsOf } from "@/lib/testing/factories";
import { addDesk, type Desk, useForge } from "@/lib/testing/forge";
import { addGitIntegration } from "@/lib/testing/git-integration";
import { signingToken } from "@/lib/testing/host-calls";
import { useIntake } from "@/lib/testing/intake";
import { addMember, addUser, sessionOf } from "@/lib/testing/people";

process.env.EGRESS_ALLOW = "127.0.0.0/8";

useTestDatabase();
const { forge } = useForge({ plain: { gitlab: 0, gitea: 0, bitbucket: 0 } });
useIntake();
const run = promisify(execFile);
const forever = new AbortController().signal;
const WAIT = { timeout: 20_000 };
let folder = "";
let count = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "skytells-hosts-"));
  await forge().admin.createUser({ login: "octocat" });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => forge().admin.clearFaults());

const HOST_KINDS: Record<PlainKind, string> = {
  gitlab: "gitlab",
  gitea: "gitea",
  bitbucket: "bitbucket_data_center",
};
type Scene = {
  desk: Desk;
  repository: string;
  integrationId: string;
  appId: string;
  repositoryId: string;
  token: string;
};

/** An app that follows a repository at a host of this kind, through a token of these rights. */
async function scene(
  kind: PlainKind,
  scopes?: ("read_repository" | "api")[],
  hostKind = HOST_KINDS[kind],
  password?: string,
): Promise<Scene> {
  const { admin, plain } = forge();
  count += 1;
  const { fullName } = await admin.createRepository({
    owner: "octocat",
    name: `site-${count}`,
    private: true,
  });
  const issued = await admin.issueHostToken({ kind, login: "octocat", ...(scopes ? { scopes } : {}) });
  const token = password ?? issued.token;
  const desk = await addDesk();
  const given = { kind: hostKind, origin: plain.urls[kind], ca: plain.ca, user: "octocat", token };
  const integrationId = await addGitIntegration(desk, given);
  const address = (await admin.hostCloneUrl(kind, fullName)).replace(/\.git$/, "");
  const bound = await addBoundApp(desk, { integrationId, repository: address });
  return { desk, repository: fullName, integrationId, token, ...bound };
}

const push = (at: Scene, text: string) =>
  forge().admin.commitFiles(at.repository, "main", { "index.html": text }, { message: text });
const hookOf = async ({ repositoryId }: Scene) => {
  const [row] = await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId));
  if (!row) throw new Error("The repository has no hook.");
  return row;
};
const latest = async ({ appId }: Scene) => (await deploymentsOf(appId)).at(-1)?.commit;
const hookChangesOf = async ({ desk }: Scene) => {
  const ofProject = eq(auditEvents.chain, desk.projectId);
  const rows = await db().select().from(auditEvents).where(ofProject).orderBy(auditEvents.seq);
  return rows.flatMap(({ event, facts }) => (event === "hook.changed" ? [facts] : []));
};
const panelOf = async (at: Scene) => (await listHookPanels(at.desk.ctx, { appId: at.appId }))[0];

describe.each<PlainKind>(["gitlab", "gitea"])("a repository at a host like %s", (kind) => {
  test("has its webhook registered by the console, and deploys on a real push", async () => {
    const at = await scene(kind);
    const hook = await hookOf(at);
    expect(hook).toMatchObject({ status: "active", statusReason: null });
    const [registered] = await forge().admin.hostHooks(kind, at.repository);
    expect(registered).toMatchObject({ url: hook.address, id: Number(hook.externalId) });
    const pushed = await push(at, "first");
    await expect.poll(() => latest(at), WAIT).toBe(pushed);
    const [delivery] = await db().select().from(deliveries).where(eq(deliveries.hookId, hook.id));
    expect(delivery).toMatchObject({ outcome: "push" });
    expect(await panelOf(at)).toMatchObject({
      isManual: false,
      lastCall: { isOwn: true, sentence: "It told of a push." },
    });
  });

  test("is repaired: a deleted webhook is made again, a new secret is told to the host by the console", async () => {
    const at = await scene(kind);
    const toldAt = async () => {
      const [hook] = await forge().admin.hostHooks(kind, at.repository);
      return { ...hook, key: kind === "gitlab" ? hook?.signingToken : hook?.secret };
    };
    const first = await toldAt();
    await forge().admin.deleteHostHook(first.id ?? 0);
    const { id } = await hookOf(at);
    await db()
      .update(hooks)
      .set({ checkAt: new Date(0) })
      .where(eq(hooks.id, id));
    await runDueHookChecks(forever);
    expect(await forge().admin.hostHooks(kind, at.repository)).toMatchObject([{ url: first.url }]);
    const told = { status: "active", registeredBy: "console" };
    expect(await hookChangesOf(at)).toMatchObject([told, told]);
    expect(await newHookSecret(at.desk.ctx, { hookId: id })).toMatchObject({ secret: null });
    const [secret] = (await openHookSecrets(id))?.secrets ?? [];
    if (!secret) throw new Error("The hook has no secret.");
    expect(await toldAt()).toMatchObject({
      key: kind === "gitlab" ? signingToken(secret) : secret.reveal(),
    });
    expect((await toldAt()).key).not.toBe(first.key);
    const pushed = await push(at, "after the change");
    await expect.poll(() => latest(at), WAIT).toBe(pushed);
  });

  test("loses its webhook with the last app that follows it", async () => {
    const at = await scene(kind);
    const other = await forge().admin.createRepository({ owner: "octocat", name: `other-${count}` });
    const address = (await forge().admin.hostCloneUrl(kind, other.fullName)).replace(/\.git$/, "");
    await rebind(at.desk, at.appId, { integrationId: at.integrationId, repository: address });
    await db()
      .update(cleanups)
      .set({ attemptAt: new Date(0) })
      .where(eq(cleanups.integrationId, at.integrationId));
    await runDueCleanups(forever);
    expect(await forge().admin.hostHooks(kind, at.repository)).toEqual([]);
  });

  test("loses its webhook with its integration: deleted at the host with the token that is going, which is then forgotten", async () => {
    await loseWithIntegration(await scene(kind), kind);
  });

  test("whose token only reads is polled, and says how a person can register the webhook", async () => {
    const at = await scene(kind, ["read_repository"]);
    expect(await hookOf(at)).toMatchObject({ status: "refused", externalId: null });
    expect((await hookOf(at)).statusReason).toMatch(/^The token of \S+ may not manage the webhooks/);
    expect(await panelOf(at)).toMatchObject({ isManual: true, isShown: false, lastCall: null });
    expect(
      (await db().select().from(integrations).where(eq(integrations.id, at.integrationId)))[0]?.status,
    ).toBe("active");
  });
});

test("a webhook at Gitea goes with its integration also where an account's password made it, which opens nothing without the name", async () => {
  await loseWithIntegration(await scene("gitea", undefined, "gitea", "octocat"), "gitea");
});

/** Removes the integration, and sees the webhook deleted at the host with the copy that was lent for it. */
async function loseWithIntegration(at: Scene, kind: PlainKind): Promise<void> {
  expect(await forge().admin.hostHooks(kind, at.repository)).toHaveLength(1);
  const [row] = await db().select().from(integrations).where(eq(integrations.id, at.integrationId));
  const confirmName = row?.accountLogin ?? "";
  await removeIntegration(at.desk.ctx, { integrationId: at.integrationId, confirmName });
  const mine = eq(cleanups.integrationId, at.integrationId);
  await expect
    .poll(async () => {
      await db()
        .update(cleanups)
        .set({ attemptAt: new Date(0) })
        .where(and(mine, isNotNull(cleanups.attemptAt)));
      await runDueCleanups(forever);
      return await forge().admin.hostHooks(kind, at.repository);
    }, WAIT)
    .toEqual([]);
  const steps = await db().select().from(cleanups).where(mine);
  expect(steps.map(({ kind, outcome, tokenSealed }) => ({ kind, outcome, tokenSealed }))).toContainEqual({
    kind: "delete_hook",
    outcome: "done",
    tokenSealed: null,
  });
}

test("several branches of one repository are read in one exchange, for all apps that follow them", async () => {
  const at = await scene("bitbucket");
  const { admin } = forge();
  for (const branch of ["dev", "next"]) {
    await admin.createBranch(at.repository, branch);
    const address = (await admin.hostCloneUrl("bitbucket", at.repository)).replace(/\.git$/, "");
    await addBoundApp(at.desk, { integrationId: at.integrationId, repository: address, branch });
  }
  const moved = [await push(at, "on main"), await admin.commitFiles(at.repository, "dev", { a: "dev" })];
  await admin.deleteBranch(at.repository, "next");
  const poll = async () => {
    await db()
      .update(repositories)
      .set({ pollAt: new Date(0) })
      .where(eq(repositories.id, at.repositoryId));
    await runDuePolls(forever);
  };
  await poll();
  const rows = await db().select().from(pushes).where(eq(pushes.repositoryId, at.repositoryId));
  expect(rows.map(({ commit }) => commit).sort()).toEqual([...moved, null].sort());
  await admin.clearRequests();
  await poll();
  const asked = (await admin.requests()).filter(({ path }) => path.endsWith("/git-upload-pack"));
  expect(asked).toHaveLength(1);
  const wait =
    ((
      await db().select().from(repositories).where(eq(repositories.id, at.repositoryId))
    )[0]?.pollAt?.getTime() ?? 0) - Date.now();
  expect(wait).toBeGreaterThan(25_000);
  expect(wait).toBeLessThan(40_000);
});

test("a branch with a name as long as any that is offered is followed, told of and deployed", async () => {
  const at = await scene("gitea");
  const branch = "n/".repeat(400).padEnd(989, "n");
  await forge().admin.commitFiles(at.repository, branch, { "index.html": "one" });
  const address = (await forge().admin.hostCloneUrl("gitea", at.repository)).replace(/\.git$/, "");
  await rebind(at.desk, at.appId, { integrationId: at.integrationId, repository: address, branch });
  const pushed = await forge().admin.commitFiles(at.repository, branch, { "index.html": "two" });
  await expect.poll(() => latest(at), WAIT).toBe(pushed);
});

describe("a webhook that a person enters at the host", () => {
  test("is shown once with its secret, is heard, and is doubted when a push was found without it", async () => {
    const at = await scene("bitbucket");
    const { id } = await hookOf(at);
    expect(await panelOf(at)).toMatchObject({ isManual: true, status: "refused", how: { script: null } });
    const shown = await newHookSecret(at.desk.ctx, { hookId: id });
    expect(shown.address).toBe(`${process.env.CONSOLE_URL}/api/webhooks/git/${id}`);
    await forge().admin.addHostHook("bitbucket", at.repository, { url: shown.address, secret: shown.secret });
    expect(JSON.stringify([await panelOf(at), await hookOf(at)])).not.toContain(shown.secret);

    const pushed = await push(at, "by hand");
    await expect.poll(() => latest(at), WAIT).toBe(pushed);
    await runDueHookChecks(forever);
    expect(await hookOf(at)).toMatchObject({ status: "active", statusReason: null, externalId: null });
    expect((await hookChangesOf(at)).at(-1)).toMatchObject({ status: "active", registeredBy: "person" });
    const [repository] = await db().select().from(repositories).where(eq(repositories.id, at.repositoryId));
    expect(repository?.pollAt).not.toBeNull();

    // The host calls no more; a poll finds what it did not tell.
    const [registered] = await forge().admin.hostHooks("bitbucket", at.repository);
    await forge().admin.deleteHostHook(registered?.id ?? 0);
    const unheard = await push(at, "unheard");
    await db()
      .update(repositories)
      .set({ pollAt: new Date(0) })
      .where(eq(repositories.id, at.repositoryId));
    await runDuePolls(forever);
    expect(await latest(at)).toBe(unheard);
    expect((await hookOf(at)).checkAt?.getTime()).toBeLessThan(Date.now() + 40_000);
    await db()
      .update(hooks)
      .set({ checkAt: new Date(0) })
      .where(eq(hooks.id, id));
    await runDueHookChecks(forever);
    expect(await hookOf(at)).toMatchObject({ status: "failing" });
    expect((await hookOf(at)).statusReason).toContain("found by asking");
  });

  test("at GitLab is offered the signed form: calls signed with the token that was shown are heard, without the secret", async () => {
    const at = await scene("gitlab", ["read_repository"]);
    const { id } = await hookOf(at);
    const first = await newHookSecret(at.desk.ctx, { hookId: id });
    expect(first.signing).toMatchObject({ label: "Signing token" });
    expect((await panelOf(at))?.how.note).toContain("leave the secret token empty");
    const enter = (token: string) =>
      forge().admin.addHostHook("gitlab", at.repository, {
        url: first.address,
        secret: null,
        signingToken: token,
      });
    await enter(first.signing?.token ?? "");
    const signed = await push(at, "signed by a hook of a person");
    await expect.poll(() => latest(at), WAIT).toBe(signed);
    // The one before counts for an hour, as a secret does; then only the one that was shown last.
    const second = await newHookSecret(at.desk.ctx, { hookId: id });
    expect(second.signing?.token).not.toBe(first.signing?.token);
    const during = await push(at, "during the overlap");
    await expect.poll(() => latest(at), WAIT).toBe(during);
    await db().update(hooks).set({ previousSecretUntil: new Date() }).where(eq(hooks.id, id));
    await push(at, "signed with the old token");
    await forge().admin.deliveriesIdle();
    expect((await forge().admin.deliveries({ repository: at.repository })).at(-1)?.statusCode).toBe(401);
    expect(await latest(at)).toBe(during);
  });

  test("at a host that cannot sign is shown its secret alone", async () => {
    const at = await scene("bitbucket");
    expect(await newHookSecret(at.desk.ctx, { hookId: (await hookOf(at)).id })).toMatchObject({
      signing: null,
    });
  });

  test("takes the old secret beside the new one for an hour, and not longer", async () => {
    const at = await scene("bitbucket");
    const { id } = await hookOf(at);
    const old = await newHookSecret(at.desk.ctx, { hookId: id });
    await forge().admin.addHostHook("bitbucket", at.repository, { url: old.address, secret: old.secret });
    const fresh = await newHookSecret(at.desk.ctx, { hookId: id });
    expect(fresh.secret).not.toBe(old.secret);
    expect((await openHookSecrets(id))?.secrets.map((one) => one.reveal())).toEqual([
      fresh.secret,
      old.secret,
    ]);
    const during = await push(at, "during the overlap");
    await expect.poll(() => latest(at), WAIT).toBe(during);
    expect((await panelOf(at))?.previousUntil).not.toBeNull();
    await db().update(hooks).set({ previousSecretUntil: new Date() }).where(eq(hooks.id, id));
    await push(at, "too late for the old one");
    await forge().admin.deliveriesIdle();
    expect((await forge().admin.deliveries({ repository: at.repository })).at(-1)?.statusCode).toBe(401);
    expect(await latest(at)).toBe(during);
    expect((await panelOf(at))?.previousUntil).toBeNull();
    await runDueHookChecks(forever);
    expect(await hookOf(at)).toMatchObject({ previousSecretSealed: null, previousSecretUntil: null });
  });

  test("is a person's to delete once its integration is removed, also where the console was looking after it just then", async () => {
    const at = await scene("bitbucket");
    const { id } = await hookOf(at);
    const shown = await newHookSecret(at.desk.ctx, { hookId: id });
    const tended = { leaseToken: "of a process", leaseUntil: new Date(Date.now() - 1000) };
    await db().update(hooks).set(tended).where(eq(hooks.id, id));
    await removeIntegration(at.desk.ctx, { integrationId: at.integrationId, confirmName: "octocat" });
    await runDueCleanups(forever);
    const { steps } = await getReceipt(at.desk.ctx, at.integrationId);
    expect(steps.filter(({ name }) => name.startsWith("Webhook"))).toMatchObject([
      { state: "undone", byHand: expect.stringContaining(shown.address) },
    ]);
  });

  test("is for owners and admins, of its own project; the audit names who and keeps a fingerprint", async () => {
    const at = await scene("bitbucket");
    const { id } = await hookOf(at);
    const shown = await newHookSecret(at.desk.ctx, { hookId: id });
    for (const role of ["member", "viewer"] as const) {
      const person = await addUser();
      await addMember(at.desk.projectId, person, role);
      const ctx = await loadProjectContext(sessionOf(person), at.desk.projectId);
      await expect(newHookSecret(ctx, { hookId: id })).rejects.toMatchObject({ code: "forbidden" });
      if (role === "viewer") {
        await expect(listHookPanels(ctx, { appId: at.appId })).rejects.toMatchObject({ code: "forbidden" });
      }
    }
    const stranger = await addDesk();
    await expect(newHookSecret(stranger.ctx, { hookId: id })).rejects.toMatchObject({ code: "not_found" });
    expect(await listHookPanels(stranger.ctx, { appId: at.appId })).toEqual([]);
    const events = await db().select().from(auditEvents).where(eq(auditEvents.chain, at.desk.projectId));
    const told = events.filter(({ event }) => event === "hook.secret_changed");
    expect(told).toMatchObject([
      { facts: { hookId: id, fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) } },
    ]);
    expect(JSON.stringify(events)).not.toContain(shown.secret);
  });

  test("of the wrong content type says what to choose", async () => {
    const at = await scene("bitbucket");
    const { id } = await hookOf(at);
    const { address, secret } = await newHookSecret(at.desk.ctx, { hookId: id });
    const body = "payload=%7B%7D";
    const signature = createHmac("sha256", secret ?? "")
      .update(body)
      .digest("hex");
    const headers = { "x-event-key": "repo:refs_changed", "x-hub-signature": `sha256=${signature}` };
    expect((await fetch(address, { method: "POST", headers, body })).status).toBe(202);
    expect((await panelOf(at))?.lastCall?.sentence).toContain("application/json");
  });

  test("that was entered at another repository of the host says so, and moves nothing", async () => {
    const at = await scene("bitbucket");
    const other = await scene("bitbucket");
    const { id } = await hookOf(at);
    const shown = await newHookSecret(at.desk.ctx, { hookId: id });
    await forge().admin.addHostHook("bitbucket", other.repository, {
      url: shown.address,
      secret: shown.secret,
    });
    await push(other, "elsewhere");
    await forge().admin.deliveriesIdle();
    expect(await db().select().from(pushes).where(eq(pushes.repositoryId, at.repositoryId))).toEqual([]);
    const panel = await panelOf(at);
    expect(panel?.lastCall).toMatchObject({ isOwn: false });
    expect(panel?.lastCall?.sentence).toContain(other.repository);
    expect(panel?.status).toBe("refused");
  });
});

/** The blocks of shell in the page that people read. */
const blocks = () =>
  [
    ...readFileSync(join(import.meta.dirname, "../docs/webhooks.md"), "utf8").matchAll(
      /^```sh\n(.*?)^```$/gms,
    ),
  ].map(([, code]) => code ?? "");

describe("the plain form", () => {
  const environment = {
    NODE_ENV: "test" as const,
    PATH: process.env.PATH ?? "",
    HOME: "/nonexistent",
    GIT_CONFIG_NOSYSTEM: "1",
  };
  const git = (cwd: string, ...args: string[]) =>
    run("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], {
      cwd,
      env: environment,
    });
  const bareOf = async (at: Scene) =>
    join(forge().dataDir, "repositories", `${(await forge().admin.repository(at.repository)).id}.git`);

  test("works as the page's own post-receive hook, in a real repository: pushes, forced ones, new and deleted refs", async () => {
    const at = await scene("bitbucket", undefined, "other");
    const { id } = await hookOf(at);
    const shown = await newHookSecret(at.desk.ctx, { hookId: id });
    const panel = await panelOf(at);
    const script = panel?.how.script ?? "";
    expect(blocks()[0]).toBe(script.replace(shown.address, "https://console.example/api/webhooks/git/hok_…"));
    const bare = await bareOf(at);
    writeFileSync(join(bare, "console-webhook-secret"), `${shown.secret}\n`, { mode: 0o600 });
    await run("mkdir", ["-p", join(bare, "hooks")]);
    writeFileSync(join(bare, "hooks/post-receive"), script);
    chmodSync(join(bare, "hooks/post-receive"), 0o755);

    const clone = join(folder, `clone-${count}`);
    await git(folder, "clone", "-q", bare, clone);
    const commit = async (text: string) => {
      writeFileSync(join(clone, "index.html"), text);
      await git(clone, "add", "index.html");
      await git(clone, "commit", "-qm", text);
      return (await git(clone, "rev-parse", "HEAD")).stdout.trim();
    };
    const nasty = 'one "quoted" \\n $(x) % — é';
    const first = await commit(nasty);
    const second = await commit("two");
    await git(clone, "tag", "v1");
    const told = await git(clone, "push", "-q", "origin", "main", "v1", 'HEAD:refs/heads/nasty"$(x)é');
    expect(told.stderr).toBe("");
    await expect.poll(() => latest(at), WAIT).toBe(second);
    await git(clone, "push", "-qf", "origin", `${first}:refs/heads/main`, ":refs/tags/v1");
    await expect.poll(() => latest(at), WAIT).toBe(first);
    const rows = await db().select().from(pushes).where(eq(pushes.repositoryId, at.repositoryId));
    expect(rows.map(({ ref, commit }) => `${ref} ${commit}`).sort()).toEqual(
      [
        `refs/heads/main ${second}`,
        `refs/heads/main ${first}`,
        `refs/tags/v1 ${second}`,
        "refs/tags/v1 null",
        `refs/heads/nasty"$(x)é ${second}`,
      ].sort(),
    );
    const toldOf = (commit: string) =>
      rows.filter((row) => row.ref === "refs/heads/main" && row.commit === commit);
    expect(toldOf(first)).toMatchObject([{ message: nasty, author: "Ada" }]);
    expect(toldOf(second)).toMatchObject([{ message: "two", author: "Ada" }]);
    expect((await panelOf(at))?.lastCall).toMatchObject({ isOwn: true });
  });

  test("works as the page's own lines of a script; the console reads the head where no commit before is told", async () => {
    const at = await scene("bitbucket", undefined, "other");
    const { id } = await hookOf(at);
    const { address, secret } = await newHookSecret(at.desk.ctx, { hookId: id });
    const call = (await panelOf(at))?.how.call ?? "";
    expect(call.replace(`'${address}'`, '"$CONSOLE_WEBHOOK"')).toBe(blocks()[1]);
    await push(at, "told by a script");
    const { stdout } = await run("sh", ["-c", blocks()[1] ?? ""], {
      cwd: await bareOf(at),
      env: {
        ...environment,
        CONSOLE_WEBHOOK: address,
        CONSOLE_WEBHOOK_SECRET: secret ?? "",
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "safe.directory",
        GIT_CONFIG_VALUE_0: "*",
      },
    });
    expect(JSON.parse(stdout)).toEqual({ outcome: "deciding" });
  });
});
