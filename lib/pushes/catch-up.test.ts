import { eq, sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { db, deployments, integrations, sources } from "@/db";
import type { IntegrationStatus } from "@/db/schema";
import { claimDeployment, finishDeployment, getDeployment } from "@/lib/deployments";
import { catchUp } from "@/lib/pushes/catch-up";
import { listRecentPushes } from "@/lib/pushes/list-recent";
import { observeHead } from "@/lib/pushes/observe";
import { useTestDatabase } from "@/lib/testing/database";
import { addSite, deploymentsOf, queue, type Site, sha } from "@/lib/testing/factories";

useTestDatabase();

beforeEach(async () => {
  await db()
    .update(deployments)
    .set({ status: "cancelled", runAt: null })
    .where(sql`status in ('queued', 'building')`);
});

const become = (site: Site, status: IntegrationStatus) =>
  db().update(integrations).set({ status }).where(eq(integrations.id, site.integrationId));

const push = (site: Site, before: string, commit: string) =>
  db().transaction((tx) =>
    observeHead(tx, {
      ...{ projectId: site.projectId, repositoryId: site.repositoryId, ref: "refs/heads/main" },
      commit,
      facts: { message: "Missed", author: "Ada", pusher: "jonas" },
      ground: { learnedFrom: "delivery", before, isForced: false },
    }),
  );

/** Builds what is queued, to this end. */
async function build(outcome: Parameters<typeof finishDeployment>[2]): Promise<void> {
  const claimed = await claimDeployment("worker 1", 60);
  if (!claimed) throw new Error("Nothing was due.");
  await finishDeployment(claimed.id, claimed.leaseToken, outcome);
}

const deadToken = {
  kind: "failed",
  reason: "needs_reauthorization",
  facts: { sentence: "octocat needs re-authorization." },
} as const;

describe("an integration that works again", () => {
  test("deploys the head that was pushed meanwhile, once, and not what lies before it", async () => {
    const site = await addSite();
    await become(site, "needs_reauthorization");
    await push(site, sha("start"), sha(1));
    await push(site, sha(1), sha(2));
    expect(await catchUp(site.repositoryId)).toBe(0);
    await become(site, "active");
    const counts = await Promise.all([1, 2, 3].map(() => catchUp(site.repositoryId)));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
    const [deployment, ...rest] = await deploymentsOf(site.appId);
    expect(rest).toEqual([]);
    expect(deployment).toMatchObject({ trigger: "catch_up", commit: sha(2), commitMessage: "Missed" });
    expect((await getDeployment(site.ctx, deployment?.id ?? "")).why).toContain("and this catches up");
    expect(await listRecentPushes(site.ctx, site.appId)).toMatchObject([
      { sentence: "Deployed late: octocat needed re-authorization first.", deployment: { number: 1 } },
      { verdict: "needs_reauthorization", deployment: null },
    ]);
    await build({ kind: "ready", files: 1, bytes: 1 });
    expect(await catchUp(site.repositoryId)).toBe(0);
  });

  test("deploys the push whose own deployment found the token dead", async () => {
    const site = await addSite();
    await push(site, sha("start"), sha(1));
    await build(deadToken);
    await become(site, "needs_reauthorization");
    expect(await catchUp(site.repositoryId)).toBe(0);
    await become(site, "active");
    expect(await catchUp(site.repositoryId)).toBe(1);
    expect((await deploymentsOf(site.appId)).map(({ trigger, status }) => [trigger, status])).toEqual([
      ["push", "failed"],
      ["catch_up", "queued"],
    ]);
    expect(await catchUp(site.repositoryId)).toBe(0);
  });

  test("deploys the push that came while its provider instance was disabled", async () => {
    const site = await addSite();
    await push(site, sha("start"), sha(1));
    await build({ ...deadToken, reason: "instance_unavailable" });
    expect(await catchUp(site.repositoryId)).toBe(1);
    expect((await deploymentsOf(site.appId)).at(-1)).toMatchObject({ trigger: "catch_up", commit: sha(1) });
  });

  test("does nothing where a person has deployed the head already, or another reason failed it", async () => {
    const site = await addSite();
    await become(site, "needs_reauthorization");
    await push(site, sha("start"), sha(1));
    await become(site, "active");
    await queue(site, { commit: sha(1) });
    await build({ kind: "failed", reason: "build_failed", facts: { command: "npm run build", exitCode: 1 } });
    expect(await catchUp(site.repositoryId)).toBe(0);
  });

  test("leaves apps alone that do not deploy by themselves", async () => {
    const site = await addSite();
    await become(site, "needs_reauthorization");
    await push(site, sha("start"), sha(1));
    await db().update(sources).set({ autoDeploy: false }).where(eq(sources.appId, site.appId));
    await become(site, "active");
    expect(await catchUp(site.repositoryId)).toBe(0);
  });

  test("finds nothing to do after an ordinary push", async () => {
    const site = await addSite();
    await push(site, sha("start"), sha(1));
    expect(await catchUp(site.repositoryId)).toBe(0);
  });
});
