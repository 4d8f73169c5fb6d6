import { and, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { db, deployments, heads, integrations, pushes, verdicts } from "@/db";
import { claimDeployment } from "@/lib/deployments";
import { checkHead } from "@/lib/pushes/check-head";
import { listRecentPushes } from "@/lib/pushes/list-recent";
import { type Observation, observeHead } from "@/lib/pushes/observe";
import { useTestDatabase } from "@/lib/testing/database";
import {
  addApp,
  addSite,
  deploymentRow,
  deploymentsOf,
  queue,
  type Site,
  sha,
} from "@/lib/testing/factories";

useTestDatabase();

const REF = "refs/heads/main";
const facts = { message: "Cart: keep the quantity\n\nMore", author: "Ada", pusher: "jonas" };

const observe = (site: Site, values: Partial<Observation>) =>
  db().transaction((tx) =>
    observeHead(tx, {
      projectId: site.projectId,
      repositoryId: site.repositoryId,
      ref: REF,
      commit: sha(1),
      facts,
      ground: { learnedFrom: "delivery", before: sha("start"), isForced: false },
      ...values,
    }),
  );

const told = (before: string | null, isForced = false) =>
  ({ ground: { learnedFrom: "delivery", before, isForced } }) as const;
const read = (seq: number) => ({ ground: { learnedFrom: "poll", seq } }) as const;

const headOf = async (site: Site, ref = REF) => {
  const [head] = await db()
    .select()
    .from(heads)
    .where(and(eq(heads.repositoryId, site.repositoryId), eq(heads.ref, ref)));
  return head;
};

describe("a push", () => {
  test("moves the head, is numbered, decided for every app, and deployed where wanted", async () => {
    const site = await addSite();
    const dev = await addApp(site, { branch: "dev" });
    const manual = await addApp(site, { autoDeploy: false });
    const observed = await observe(site, {});
    if (observed.kind !== "push") throw new Error(observed.kind);
    expect(await headOf(site)).toMatchObject({ commit: sha(1), seq: 1 });
    const verdictOf = (appId: string) => observed.verdicts.find((one) => one.appId === appId)?.verdict;
    expect([site.appId, dev, manual].map(verdictOf)).toEqual([
      "deploy",
      "branch_not_tracked",
      "auto_deploy_off",
    ]);
    const [deployment, ...rest] = await deploymentsOf(site.appId);
    expect(rest).toEqual([]);
    expect(deployment).toMatchObject({
      trigger: "push",
      pushId: observed.pushId,
      commit: sha(1),
      commitMessage: facts.message,
      status: "queued",
    });
    expect(await deploymentsOf(dev)).toEqual([]);
    expect(await deploymentsOf(manual)).toEqual([]);
  });

  test("seen by a delivery, a poll and a reconcile at once takes effect once", async () => {
    const site = await addSite();
    const kinds = await Promise.all([
      observe(site, {}),
      observe(site, read(0)),
      observe(site, { ground: { learnedFrom: "reconcile", seq: 0 } }),
      observe(site, {}),
    ]);
    expect(kinds.map(({ kind }) => kind).sort()).toEqual(["known", "known", "known", "push"]);
    const ids = new Set(kinds.map((one) => ("pushId" in one ? one.pushId : null)));
    expect(ids.size).toBe(1);
    expect(await deploymentsOf(site.appId)).toHaveLength(1);
  });

  test("that follows before the first was built leaves one queued", async () => {
    const site = await addSite();
    await observe(site, {});
    await observe(site, { commit: sha(2), ...told(sha(1)) });
    expect((await deploymentsOf(site.appId)).map(({ status }) => status)).toEqual(["cancelled", "queued"]);
    const [latest, older] = await listRecentPushes(site.ctx, site.appId);
    expect(latest).toMatchObject({ verdict: "deploy", sentence: "Deploys: main is its production branch." });
    expect(older).toMatchObject({
      verdict: "superseded_before_start",
      sentence: "Superseded: a newer push arrived before this one started.",
      commit: { title: "Cart: keep the quantity", short: sha(1).slice(0, 7) },
      pusher: "jonas",
      deployment: { number: 1, status: "cancelled" },
    });
  });

  test("back to an earlier commit is a push of its own and deploys again", async () => {
    const site = await addSite();
    await observe(site, {});
    await observe(site, { commit: sha("start"), ...told(sha(1), true) });
    const rows = await deploymentsOf(site.appId);
    expect(rows.map(({ commit }) => commit)).toEqual([sha(1), sha("start")]);
    const [push] = await db()
      .select()
      .from(pushes)
      .where(eq(pushes.id, rows[1]?.pushId ?? ""));
    expect(push).toMatchObject({ kind: "forced", seq: 2, before: sha(1) });
  });

  test("that deletes the branch deploys nothing, and its return deploys", async () => {
    const site = await addSite();
    await observe(site, { commit: null });
    expect(await deploymentsOf(site.appId)).toEqual([]);
    await observe(site, { commit: sha(5), ...told(null) });
    expect((await deploymentsOf(site.appId)).map(({ commit }) => commit)).toEqual([sha(5)]);
    const recent = await listRecentPushes(site.ctx, site.appId);
    expect(recent.map(({ kind, verdict }) => [kind, verdict])).toEqual([
      ["created", "deploy"],
      ["deleted", "branch_deleted"],
    ]);
  });

  test("to a branch or tag that nobody tracks is kept with a verdict and deploys nothing", async () => {
    const site = await addSite();
    await observe(site, { ref: "refs/heads/feature", ...told(sha("unknown")) });
    await observe(site, { ref: "refs/tags/v1", ...told(null) });
    const recent = await listRecentPushes(site.ctx, site.appId);
    expect(recent.map(({ sentence }) => sentence)).toEqual([
      "Skipped: v1 is a tag, and it deploys from a branch.",
      "Skipped: it deploys from main, not from feature.",
    ]);
    expect(await deploymentsOf(site.appId)).toEqual([]);
  });

  test("of a repository whose integration is paused says so and is not lost silently", async () => {
    const site = await addSite();
    await db().update(integrations).set({ status: "paused" }).where(eq(integrations.id, site.integrationId));
    await observe(site, {});
    const [recent] = await listRecentPushes(site.ctx, site.appId);
    expect(recent).toMatchObject({ verdict: "integration_paused", deployment: null });
    expect(recent?.sentence).toContain("octocat was paused");
  });
});

describe("an observation that does not follow from what we know", () => {
  test("by a delivery moves nothing and waits for the provider", async () => {
    const site = await addSite();
    expect(await observe(site, told(sha("elsewhere")))).toEqual({ kind: "unsure", appIds: [site.appId] });
    expect(await headOf(site)).toMatchObject({ commit: sha("start"), seq: 0 });
    expect(await deploymentsOf(site.appId)).toEqual([]);
  });

  test("by a reading that is older than the last push is stale", async () => {
    const site = await addSite();
    await observe(site, {});
    await observe(site, { commit: sha(2), ...told(sha(1)) });
    expect(await observe(site, { commit: sha(1), ...read(1) })).toEqual({ kind: "stale" });
    expect(await headOf(site)).toMatchObject({ commit: sha(2), seq: 2 });
  });
});

describe("the head that the worker fetched", () => {
  async function claimed(site: Site, trigger: "push" | "redeploy" = "push") {
    await db()
      .update(deployments)
      .set({ runAt: new Date("2100-01-01") });
    await queue(site, { commit: sha("start"), trigger });
    const deployment = await claimDeployment("worker 1", 60);
    if (!deployment) throw new Error("Nothing was due.");
    return deployment;
  }
  const now = (commit: string | null) => ({ commit, message: "Newer", author: "Ada" });

  test("that moved becomes a push of its own and supersedes the one that builds", async () => {
    const site = await addSite();
    const deployment = await claimed(site);
    expect(await checkHead(deployment, now(sha(9)))).toEqual({ kind: "superseded", by: sha(9) });
    const [, newer] = await deploymentsOf(site.appId);
    expect(newer).toMatchObject({ trigger: "push", commit: sha(9), status: "queued" });
    expect((await deploymentRow(deployment.id)).status).toBe("building");
    // The delivery that comes late finds it known.
    expect((await observe(site, { commit: sha(9) })).kind).toBe("known");
  });

  test("that is the deployment's own builds", async () => {
    const site = await addSite();
    const deployment = await claimed(site);
    expect(await checkHead(deployment, now(deployment.commit))).toEqual({ kind: "current" });
  });

  test("does not stop a redeploy of an older commit", async () => {
    const site = await addSite();
    const deployment = await claimed(site, "redeploy");
    expect(await checkHead(deployment, now(sha(9)))).toEqual({ kind: "current" });
    expect(await deploymentsOf(site.appId)).toHaveLength(1);
  });

  test("does not stop the only deployment where the newer one would not deploy", async () => {
    const site = await addSite("owner", { autoDeploy: false });
    const deployment = await claimed(site);
    expect(await checkHead(deployment, now(sha(9)))).toEqual({ kind: "current" });
    const [recent] = await db().select().from(verdicts).where(eq(verdicts.appId, site.appId));
    expect(recent?.verdict).toBe("auto_deploy_off");
  });
});
