import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { credentials, db, hooks, integrations, repositories } from "@/db";
import { STOLEN } from "@/e2e/forge/plain/stranger";
import {
  connectWithCredentials,
  enteredInput,
  getIntegration,
  removeIntegration,
  runDueCleanups,
} from "@/lib/integrations";
import { runDuePolls } from "@/lib/pushes";
import { addBoundApp } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { deploymentsOf } from "@/lib/testing/factories";
import { addDesk, useForge } from "@/lib/testing/forge";
import { useIntake } from "@/lib/testing/intake";

process.env.EGRESS_ALLOW = "127.0.0.0/8";

// Real hosts below a path of their origin; at its root sits somebody else's application of the same product.
const PATH = "/apps/code";
useTestDatabase();
const { forge } = useForge({ plain: { gitlab: 0, gitea: 0, bitbucket: 0 }, plainPath: PATH });
useIntake();
const WAIT = { timeout: 20_000 };
let count = 0;

beforeAll(() => forge().admin.createUser({ login: "octocat" }));
beforeEach(() => forge().admin.clearRequests());

const newRepository = (isPrivate = true) => {
  count += 1;
  return forge().admin.createRepository({ owner: "octocat", name: `below-${count}`, private: isPrivate });
};
const entry = (url: string, token: string, values: Record<string, string> = {}) =>
  enteredInput.parse({
    ...{ provider: "git", url, userName: "octocat", token, caCertificate: forge().plain.ca },
    ...values,
  });

describe.each(["gitlab", "gitea"] as const)("a %s below a path of its origin", (kind) => {
  test("is found out with its API, which alone is sent the token: webhook, push, end of the token, removal", async () => {
    const { admin } = forge();
    const desk = await addDesk();
    const { fullName } = await newRepository();
    const { token } = await admin.issueHostToken({ kind, login: "octocat" });
    await admin.expireHostToken(token, 30 * 86_400);
    const address = (await admin.hostCloneUrl(kind, fullName)).replace(/\.git$/, "");
    expect(new URL(address).pathname).toBe(`${PATH}/${fullName}`);
    const stored = await connectWithCredentials(desk.ctx, entry(address, token));
    if (stored.kind !== "stored") throw new Error(JSON.stringify(stored));
    const { integrationId } = stored;
    const [row] = await db().select().from(integrations).where(eq(integrations.id, integrationId));
    expect(row).toMatchObject({ hostKind: kind, apiPath: PATH });
    const [credential] = await db()
      .select()
      .from(credentials)
      .where(eq(credentials.integrationId, integrationId));
    expect(credential?.accessExpiresAt !== null).toBe(kind === "gitlab");
    const { details } = await getIntegration(desk.ctx, integrationId);
    expect(details?.entered?.tokensUrl).toContain(`${new URL(address).origin}${PATH}/`);

    const bound = await addBoundApp(desk, { integrationId, repository: address });
    const [hook] = await db().select().from(hooks).where(eq(hooks.repositoryId, bound.repositoryId));
    expect(hook).toMatchObject({ status: "active" });
    expect(await admin.hostHooks(kind, fullName)).toMatchObject([{ url: hook?.address }]);
    const pushed = await admin.commitFiles(fullName, "main", { "index.html": "two" });
    await expect.poll(async () => (await deploymentsOf(bound.appId)).at(-1)?.commit, WAIT).toBe(pushed);

    await removeIntegration(desk.ctx, { integrationId, confirmName: row?.accountLogin ?? "" });
    await runDueCleanups(new AbortController().signal);
    expect(await admin.hostHooks(kind, fullName)).toEqual([]);
    expect((await admin.requests()).filter(({ status }) => status === STOLEN)).toEqual([]);
  });

  test("that was connected before its API was looked for is asked where it is, and proves it without the token", async () => {
    const { admin } = forge();
    const desk = await addDesk();
    const { fullName } = await newRepository(false);
    const { token } = await admin.issueHostToken({ kind, login: "octocat" });
    const address = (await admin.hostCloneUrl(kind, fullName)).replace(/\.git$/, "");
    const stored = await connectWithCredentials(desk.ctx, entry(address, token, { hostKind: kind }));
    if (stored.kind !== "stored") throw new Error(JSON.stringify(stored));
    const { integrationId } = stored;
    await db().update(integrations).set({ apiPath: null }).where(eq(integrations.id, integrationId));
    const { repositoryId } = await addBoundApp(desk, { integrationId, repository: address });
    const [hook] = await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId));
    expect(hook).toMatchObject({ status: "active" });
    expect((await admin.requests()).filter(({ status }) => status === STOLEN)).toEqual([]);
  });
});

test("a Bitbucket Data Center below a path is known as one", async () => {
  const { admin } = forge();
  const { fullName } = await newRepository();
  const { token } = await admin.issueHostToken({ kind: "bitbucket", login: "octocat" });
  const address = await admin.hostCloneUrl("bitbucket", fullName);
  const desk = await addDesk();
  const tested = await connectWithCredentials(desk.ctx, entry(address, token, { intent: "test" }));
  expect(tested).toMatchObject({ trial: { works: true }, hostKind: "bitbucket_data_center" });
});

test("a Bitbucket Data Center takes the token of a repository without a user name, whether its kind was chosen or found out", async () => {
  const { admin } = forge();
  const { fullName } = await newRepository();
  const [{ fullName: closed }, desk] = [await newRepository(), await addDesk()];
  const { token } = await admin.issueHostToken({ kind: "bitbucket", login: "octocat", repository: fullName });
  const address = (await admin.hostCloneUrl("bitbucket", fullName)).replace(/\.git$/, "");
  const other = (await admin.hostCloneUrl("bitbucket", closed)).replace(/\.git$/, "");
  const nameless = { userName: "", intent: "test" };
  for (const hostKind of ["", "bitbucket_data_center"]) {
    const tested = await connectWithCredentials(desk.ctx, entry(address, token, { ...nameless, hostKind }));
    expect(tested).toMatchObject({ trial: { works: true }, hostKind: "bitbucket_data_center" });
  }
  expect(await connectWithCredentials(desk.ctx, entry(other, token, nameless))).toMatchObject({
    trial: { works: false },
  });
  // The host takes it in no other way, and says which field to empty.
  const named = { userName: "x-token-auth", intent: "test" };
  expect(await connectWithCredentials(desk.ctx, entry(address, token, named))).toMatchObject({
    trial: { works: false, sentence: expect.stringContaining("Leave it empty with a token of a project") },
  });

  const stored = await connectWithCredentials(desk.ctx, entry(address, token, { userName: "" }));
  if (stored.kind !== "stored") throw new Error(JSON.stringify(stored));
  const { appId } = await addBoundApp(desk, { integrationId: stored.integrationId, repository: address });
  const pushed = await admin.commitFiles(fullName, "main", { "index.html": "two" });
  await db()
    .update(repositories)
    .set({ pollAt: new Date(0) })
    .where(eq(repositories.projectId, desk.projectId));
  await runDuePolls(new AbortController().signal);
  expect((await deploymentsOf(appId)).at(-1)?.commit).toBe(pushed);
});

test("no other kind of host is sent a token without a user name", async () => {
  const desk = await addDesk();
  const { fullName } = await newRepository();
  await forge().admin.clearRequests();
  for (const hostKind of ["", "gitlab"]) {
    const address = await forge().admin.hostCloneUrl("gitlab", fullName);
    const typed = entry(address, "glpat-without-a-name", { userName: "", hostKind });
    await expect(connectWithCredentials(desk.ctx, typed)).rejects.toMatchObject({
      fields: { userName: expect.stringContaining("user name") },
    });
  }
  expect((await forge().admin.requests()).filter(({ auth }) => auth !== "none")).toEqual([]);
});
