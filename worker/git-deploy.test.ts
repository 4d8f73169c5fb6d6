import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { db, deployments, integrations, pushes } from "@/db";
import { createApp, createAppSchema } from "@/lib/apps";
import { connectWithCredentials, enteredInput } from "@/lib/integrations";
import { reconcileRepository } from "@/lib/pushes";
import { type GitHost, startGitHost } from "@/lib/testing/git-host";
import { useWorkbench } from "@/lib/testing/workbench";
import { probeGit, sendsBearer } from "@/worker/git";

const bench = useWorkbench({ settings: () => ({ EGRESS_ALLOW: "127.0.0.0/8, ::1" }) });
let host: GitHost;
beforeAll(async () => {
  host = await startGitHost();
});
afterAll(() => host.close());

async function connect(values: Record<string, string>): Promise<string> {
  const desk = bench.desk();
  const base = {
    provider: "git",
    hostKind: "other",
    caCertificate: host.ca,
    userName: "deploy",
    intent: "save",
  };
  const outcome = await connectWithCredentials(desk.ctx, enteredInput.parse({ ...base, ...values }));
  if (outcome.kind !== "stored") throw new Error(JSON.stringify(outcome));
  return outcome.integrationId;
}

test("a host behind its own authority deploys what is pushed, until its token dies, and again with another", async () => {
  host.accounts.set("deploy", "first-token");
  host.addRepository("team/shop", { "index.html": "one" }, "The first one");
  const url = `${host.origin}/team`;
  const integrationId = await connect({ url, testWith: "shop", token: "first-token" });
  const input = createAppSchema.parse({
    ...{ name: "shop", integrationId, repository: "shop", branch: "main", buildKind: "none" },
  });
  const app = await createApp(bench.desk().ctx, input);
  expect(await bench.untilEnded(app.deploymentId)).toMatchObject({
    status: "ready",
    sentence: null,
    commitMessage: "The first one",
    commitAuthor: "Ada Lovelace",
  });

  const head = host.commit("team/shop", "main", { "index.html": "two" }, "The second one");
  await reconcileRepository(app.repositoryId);
  const [push] = await db().select().from(pushes).where(eq(pushes.commit, head));
  expect(push).toMatchObject({ message: "The second one", author: "Ada Lovelace" });
  const [second] = await db().select().from(deployments).where(eq(deployments.commit, head));
  expect((await bench.untilEnded(second?.id ?? "")).status).toBe("ready");

  host.accounts.set("deploy", "second-token");
  const next = host.commit("team/shop", "main", { "index.html": "three" }, "The third one");
  await reconcileRepository(app.repositoryId).catch(() => null);
  const [lost] = await db().select().from(integrations).where(eq(integrations.id, integrationId));
  expect([lost?.status, lost?.statusReason]).toEqual(["needs_reauthorization", "revoked"]);

  await connect({ integrationId, testWith: "shop", token: "second-token" });
  await reconcileRepository(app.repositoryId);
  const [third] = await db().select().from(deployments).where(eq(deployments.commit, next));
  expect((await bench.untilEnded(third?.id ?? "")).status).toBe("ready");
  expect(await bench.liveOf(app.id)).toBe(third?.id);
});

test("what everybody may read deploys without a credential", async () => {
  host.accounts.clear();
  host.addRepository("open/site", { "index.html": "open" });
  const url = `${host.origin}/open/site`;
  const integrationId = await connect({ url, isAnonymous: "yes", userName: "", token: "" });
  const input = createAppSchema.parse({
    ...{ name: "open", integrationId, repository: url, branch: "main", buildKind: "none" },
  });
  const app = await createApp(bench.desk().ctx, input);
  expect(await bench.untilEnded(app.deploymentId)).toMatchObject({ status: "ready", sentence: null });
});

test("a token without a user name deploys where git can send one, and else says what to install", async () => {
  host.accounts.clear();
  host.accounts.set("", "of-the-repository");
  host.addRepository("scm/nameless", { "index.html": "one" });
  const url = `${host.origin}/scm/nameless`;
  const values = { url, hostKind: "bitbucket_data_center", userName: "", token: "of-the-repository" };
  const integrationId = await connect(values);
  const input = createAppSchema.parse({
    ...{ name: "nameless", integrationId, repository: url, branch: "main", buildKind: "none" },
  });
  const app = await createApp(bench.desk().ctx, input);
  const { version } = await probeGit();
  expect(await bench.untilEnded(app.deploymentId)).toMatchObject(
    sendsBearer(version)
      ? { status: "ready", sentence: null }
      : { status: "failed", sentence: expect.stringContaining("git 2.46 or newer") },
  );
});
