import { eq, sql } from "drizzle-orm";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apps, auditEvents, connectionConfig, db, deployments, integrations, sources, users } from "@/db";
import { loadProjectContext, type ProjectContext } from "@/lib/access";
import { cancelDeployment } from "@/lib/deployments/cancel";
import { claimDeployment } from "@/lib/deployments/claim";
import { finishDeployment } from "@/lib/deployments/finish";
import { getDeployment } from "@/lib/deployments/get";
import { listDeployments } from "@/lib/deployments/list";
import { heartbeat } from "@/lib/deployments/progress";
import { pruneDeployments } from "@/lib/deployments/prune";
import { redeploy } from "@/lib/deployments/redeploy";
import { rollBack } from "@/lib/deployments/roll-back";
import { stopForIntegration } from "@/lib/deployments/stop-for-integration";
import { env } from "@/lib/env";
import { useTestDatabase } from "@/lib/testing/database";
import {
  addSite,
  appRow,
  deploymentRow,
  deploymentsOf,
  queue,
  type Site,
  sha,
} from "@/lib/testing/factories";
import { addMember, addUser, sessionOf } from "@/lib/testing/people";

useTestDatabase();

const READY = { kind: "ready", files: 1, bytes: 1 } as const;
const heard: string[] = [];
let listener: pg.Client;

beforeEach(async () => {
  await db()
    .update(deployments)
    .set({ status: "cancelled", runAt: null })
    .where(sql`status in ('queued', 'building')`);
  listener = new pg.Client(connectionConfig());
  await listener.connect();
  listener.on("notification", ({ payload }) => heard.push(payload ?? ""));
  await listener.query("listen deployments");
});

afterEach(() => listener.end());

async function claim() {
  const claimed = await claimDeployment("worker 1", 60);
  if (!claimed) throw new Error("Nothing was due.");
  return claimed;
}

async function deployReady(site: Site, commit = sha("start")): Promise<string> {
  await queue(site, { commit });
  const { id, leaseToken } = await claim();
  await finishDeployment(id, leaseToken, READY);
  return id;
}

async function viewerOf(site: Site): Promise<ProjectContext> {
  const person = await addUser({ name: "Vera" });
  await addMember(site.projectId, person, "viewer");
  return loadProjectContext(sessionOf(person), site.projectId);
}

const eventsOf = async (subjectId: string) =>
  (await db().select().from(auditEvents).where(eq(auditEvents.subjectId, subjectId))).map(
    ({ event }) => event,
  );

describe("cancelling", () => {
  test("ends a queued one at once and names the person", async () => {
    const site = await addSite();
    const { id } = await queue(site);
    expect(await cancelDeployment(site.ctx, { deploymentId: id })).toEqual({ status: "cancelled" });
    expect(await deploymentRow(id)).toMatchObject({
      status: "cancelled",
      reason: "cancelled_by",
      sentence: "Ada cancelled it.",
      cancelledBy: site.ctx.user.id,
    });
    expect(await eventsOf(id)).toEqual(["deployment.cancelled"]);
  });

  test("asks the worker of a building one, once, and wakes it", async () => {
    const site = await addSite();
    await queue(site);
    const { id, leaseToken } = await claim();
    await cancelDeployment(site.ctx, { deploymentId: id });
    await cancelDeployment(site.ctx, { deploymentId: id });
    await expect.poll(() => heard, { timeout: 10_000 }).toContain(`cancel:${id}`);
    expect(await heartbeat(id, leaseToken, 60)).toEqual({
      cancel: { reason: "cancelled_by", by: site.ctx.user.id },
    });
    expect((await getDeployment(site.ctx, id)).isStopping).toBe(true);
    expect(await finishDeployment(id, leaseToken, { kind: "stopped" })).toMatchObject({
      status: "cancelled",
    });
    expect(await eventsOf(id)).toEqual(["deployment.cancelled"]);
  });

  test("after its end is refused with what it became", async () => {
    const site = await addSite();
    const id = await deployReady(site);
    await expect(cancelDeployment(site.ctx, { deploymentId: id })).rejects.toThrow(
      "Deployment 1 has already ended: Ready.",
    );
  });
});

describe("redeploying", () => {
  test("builds the same commit again with the settings of now", async () => {
    const site = await addSite();
    const first = await deployReady(site, sha("a"));
    await db().update(apps).set({ outputDirectory: "public" }).where(eq(apps.id, site.appId));
    const { id } = await redeploy(site.ctx, { deploymentId: first });
    expect(await deploymentRow(id)).toMatchObject({
      status: "queued",
      trigger: "redeploy",
      commit: sha("a"),
      plan: { outputDirectory: "public" },
      triggeredBy: site.ctx.user.id,
    });
    expect((await getDeployment(site.ctx, id)).why).toBe(`Ada deployed ${sha("a").slice(0, 7)} again.`);
    expect(await eventsOf(id)).toEqual(["deployment.requested"]);
  });

  test("by a double click makes one deployment, also when the worker was quick", async () => {
    const site = await addSite();
    const first = await deployReady(site);
    const clicks = await Promise.all([1, 2, 3].map(() => redeploy(site.ctx, { deploymentId: first })));
    expect(new Set(clicks.map(({ id }) => id)).size).toBe(1);
    const claimed = await claim();
    expect((await redeploy(site.ctx, { deploymentId: first })).id).toBe(claimed.id);
    expect(await deploymentsOf(site.appId)).toHaveLength(2);
  });

  test("without an integration ends Failed at once, says who removed it and what to do", async () => {
    const site = await addSite();
    const first = await deployReady(site);
    const remover = await addUser({ name: "Mara Lindqvist" });
    await db()
      .update(integrations)
      .set({ status: "removed", removedBy: remover.id, removedAt: new Date() })
      .where(eq(integrations.id, site.integrationId));
    await db()
      .update(sources)
      .set({ integrationId: null, lostIntegrationId: site.integrationId, lostAt: new Date() })
      .where(eq(sources.appId, site.appId));
    const { id } = await redeploy(site.ctx, { deploymentId: first });
    expect(await deploymentRow(id)).toMatchObject({
      status: "failed",
      reason: "integration_removed",
      sentence: `Mara Lindqvist removed octocat, so ${site.repositoryName} cannot be read any more. Connect the account again to restore the app, or choose another source under Settings > Git.`,
    });
    expect((await appRow(site.appId)).liveDeploymentId).toBe(first);
    expect(await claimDeployment("worker 1", 60)).toBeNull();
  });
});

describe("rolling back", () => {
  test("puts an earlier one live at once, and what was on its way does not undo that", async () => {
    const site = await addSite();
    const first = await deployReady(site, sha(1));
    const second = await deployReady(site, sha(2));
    await queue(site, { commit: sha(3) });
    const third = await claim();
    await rollBack(site.ctx, { deploymentId: first });
    expect((await appRow(site.appId)).liveDeploymentId).toBe(first);
    expect(await finishDeployment(third.id, third.leaseToken, READY)).toEqual({
      status: "ready",
      isLive: false,
    });
    expect((await appRow(site.appId)).liveDeploymentId).toBe(first);
    expect((await getDeployment(site.ctx, second)).canRollBack).toBe(true);
    expect(await eventsOf(first)).toEqual(["deployment.rolled_back"]);
  });

  test("lasts until the next deployment", async () => {
    const site = await addSite();
    const first = await deployReady(site, sha(1));
    await deployReady(site, sha(2));
    await rollBack(site.ctx, { deploymentId: first });
    const third = await deployReady(site, sha(3));
    expect((await appRow(site.appId)).liveDeploymentId).toBe(third);
  });

  test("to what is live changes nothing", async () => {
    const site = await addSite();
    const id = await deployReady(site);
    await Promise.all([1, 2].map(() => rollBack(site.ctx, { deploymentId: id })));
    expect(await eventsOf(id)).toEqual([]);
  });

  test("is refused where there is nothing to show", async () => {
    const site = await addSite();
    const { id: queued } = await queue(site);
    await expect(rollBack(site.ctx, { deploymentId: queued })).rejects.toThrow(/only one that is Ready/);
    await db()
      .update(deployments)
      .set({ kind: "preview", status: "ready" })
      .where(eq(deployments.id, queued));
    await expect(rollBack(site.ctx, { deploymentId: queued })).rejects.toThrow(/not built for production/);
  });
});

describe("pruning", () => {
  test("keeps the newest ready ones and the live one, and a pruned one cannot come back", async () => {
    const site = await addSite();
    const ids: string[] = [];
    for (let n = 0; n < env().DEPLOYMENTS_KEPT + 3; n += 1) ids.push(await deployReady(site, sha(n)));
    const [oldest = "", second = "", third = "", ...rest] = ids;
    await rollBack(site.ctx, { deploymentId: oldest });
    expect((await pruneDeployments(site.appId)).sort()).toEqual([second, third].sort());
    expect(await pruneDeployments(site.appId)).toEqual([]);
    await expect(rollBack(site.ctx, { deploymentId: second })).rejects.toThrow(/were deleted to make room/);
    await rollBack(site.ctx, { deploymentId: rest[0] ?? "" });
  });
});

describe("removing an integration", () => {
  test("cancels what is queued with it and stops what builds with it, and nothing else", async () => {
    const site = await addSite();
    const other = await addSite();
    const { id: foreign } = await queue(other);
    await claim();
    const { id: queued } = await queue(site, { ref: "refs/heads/queued" });
    const building = await claim();
    expect(building.id).toBe(queued);
    const { id: waiting } = await queue(site, { commit: sha(2) });
    const stopped = await db().transaction((tx) =>
      stopForIntegration(tx, site.integrationId, site.ctx.actor),
    );
    expect(stopped).toEqual({ cancelled: [waiting], stopping: [building.id] });
    expect(await deploymentRow(waiting)).toMatchObject({
      status: "cancelled",
      reason: "integration_removed",
    });
    await expect.poll(() => heard, { timeout: 10_000 }).toContain(`cancel:${building.id}`);
    await finishDeployment(building.id, building.leaseToken, { kind: "stopped" });
    expect(await deploymentRow(building.id)).toMatchObject({
      status: "failed",
      reason: "integration_removed",
      sentence: expect.stringMatching(/^Ada removed the integration that reads tidepool/),
    });
    expect(await deploymentRow(foreign)).toMatchObject({ status: "building", cancelRequestedAt: null });
  });
});

describe("the wall", () => {
  test("a viewer sees deployments and changes none", async () => {
    const site = await addSite();
    const id = await deployReady(site);
    const ctx = await viewerOf(site);
    expect((await getDeployment(ctx, id)).number).toBe(1);
    expect((await listDeployments(ctx, site.appId)).items).toHaveLength(1);
    for (const verb of [cancelDeployment, redeploy, rollBack]) {
      await expect(verb(ctx, { deploymentId: id })).rejects.toMatchObject({ code: "forbidden" });
    }
  });

  test("a foreign deployment and one that does not exist are the same", async () => {
    const site = await addSite();
    const stranger = await addSite();
    const id = await deployReady(site);
    for (const verb of [cancelDeployment, redeploy, rollBack]) {
      const answers = await Promise.all(
        [id, "dep_00000000000000000000"].map((deploymentId) =>
          verb(stranger.ctx, { deploymentId }).catch((error: Error) => error.message),
        ),
      );
      expect(answers[0]).toBe(answers[1]);
    }
    await expect(getDeployment(stranger.ctx, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(listDeployments(stranger.ctx, site.appId)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("views", () => {
  test("pages go from the newest to the first and end", async () => {
    const site = await addSite();
    for (let n = 0; n < 5; n += 1) await queue(site, { commit: sha(n) });
    const first = await listDeployments(site.ctx, site.appId, { limit: 2 });
    expect([first.items.map((row) => row.number), first.total, first.nextBefore]).toEqual([[5, 4], 5, 4]);
    const last = await listDeployments(site.ctx, site.appId, { limit: 3, before: 4 });
    expect([last.items.map((row) => row.number), last.nextBefore]).toEqual([[3, 2, 1], null]);
  });

  test("one deployment says what is live, where, and from which account", async () => {
    const site = await addSite();
    const live = await deployReady(site);
    const { id } = await queue(site, {
      commit: sha(2),
      message: "Cart: keep the quantity\n\nMore",
      author: "Jonas",
    });
    expect(await getDeployment(site.ctx, id)).toMatchObject({
      appId: site.appId,
      sourceName: "octocat",
      siteUrl: `http://${site.appId.replace("_", "-")}.localhost:4000`,
      live: { id: live, number: 1, short: sha("start").slice(0, 7) },
      commit: {
        title: "Cart: keep the quantity",
        author: "Jonas",
        url: `https://git.example/${site.repositoryName}/commit/${sha(2)}`,
      },
      branch: "main",
      canCancel: true,
      canRollBack: false,
    });
  });

  test("a person who has left is not named, and nothing breaks", async () => {
    const site = await addSite();
    const first = await deployReady(site);
    const { id } = await redeploy(site.ctx, { deploymentId: first });
    await db().delete(users).where(eq(users.id, site.ctx.user.id));
    const viewer = await viewerOf(site);
    expect((await getDeployment(viewer, id)).why).toMatch(/^Somebody who has left deployed/);
  });
});
