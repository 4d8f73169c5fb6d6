import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { auditEvents, db, integrations, repositories, sources } from "@/db";
import { loadProjectContext, type Role } from "@/lib/access";
import {
  claimDeployment,
  finishDeployment,
  getDeployment,
  heartbeat,
  markStep,
  redeploy,
} from "@/lib/deployments";
import { getIntegration, listIntegrations, pauseIntegration, resumeIntegration } from "@/lib/integrations";
import { deployLatest, listMissed, listRecentPushes, observeHead } from "@/lib/pushes";
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
import { addMember, addUser, sessionOf } from "@/lib/testing/people";

useTestDatabase();

const pause = ({ ctx, integrationId }: Site) => pauseIntegration(ctx, { integrationId });
const resume = ({ ctx, integrationId }: Site) => resumeIntegration(ctx, { integrationId });
const statusOf = async ({ integrationId }: Site) =>
  (await db().select().from(integrations).where(eq(integrations.id, integrationId)))[0];

const push = (site: Site, before: string, commit: string) =>
  db().transaction((tx) =>
    observeHead(tx, {
      ...{ projectId: site.projectId, repositoryId: site.repositoryId, ref: "refs/heads/main" },
      commit,
      facts: { message: `Change ${commit.slice(0, 4)}`, author: "Ada", pusher: "jonas" },
      ground: { learnedFrom: "delivery", before, isForced: false },
    }),
  );

/** What is due of this site; of other tests nothing is taken away. */
async function claimOf(deploymentId: string) {
  for (let tries = 0; tries < 50; tries += 1) {
    const job = await claimDeployment("test", 60);
    if (!job || job.id === deploymentId) return job;
    await finishDeployment(job.id, job.leaseToken, { kind: "ready", files: 1, bytes: 1 });
  }
  throw new Error("The queue does not end.");
}

const eventsOf = async ({ integrationId }: Site) =>
  (await db().select().from(auditEvents).where(eq(auditEvents.subjectId, integrationId))).map(
    ({ event }) => event,
  );

describe("a paused integration", () => {
  test("lets what is queued wait, in words, and start when it is resumed", async () => {
    const site = await addSite();
    const { id } = await queue(site);
    await pause(site);
    expect(await claimOf(id)).toBeNull();
    const waiting = await getDeployment(site.ctx, id);
    expect(waiting).toMatchObject({
      status: "queued",
      waitsFor: "octocat is paused. This starts once somebody resumes it.",
    });
    expect(await resume(site)).toEqual({ caughtUp: 0 });
    expect((await claimOf(id))?.id).toBe(id);
    expect(await eventsOf(site)).toEqual(["integration.paused", "integration.resumed"]);
  });

  test("sends back to the queue what still needs the repository, and lets what has its code go on", async () => {
    const site = await addSite();
    const { id: fetching } = await queue(site);
    const first = await claimOf(fetching);
    const { id: built } = await queue(site, { ref: "refs/heads/other" });
    const second = await claimOf(built);
    if (!first || !second) throw new Error("Nothing was due.");
    await markStep(second.id, second.leaseToken, "build");
    expect(await pause(site)).toEqual({ held: 1 });
    expect(await heartbeat(first.id, first.leaseToken, 60)).toEqual({
      cancel: { reason: "integration_paused", by: null },
    });
    expect(await heartbeat(second.id, second.leaseToken, 60)).toEqual({ cancel: null });
    await finishDeployment(first.id, first.leaseToken, { kind: "stopped" });
    await finishDeployment(second.id, second.leaseToken, { kind: "ready", files: 1, bytes: 1 });
    expect(await deploymentRow(fetching)).toMatchObject({
      status: "queued",
      attempts: 0,
      reason: null,
      cancelRequestedAt: null,
      cancelReason: null,
    });
    expect(await deploymentRow(built)).toMatchObject({ status: "ready" });
    await resume(site);
    const again = await claimOf(fetching);
    expect(again?.attempts).toBe(1);
    await finishDeployment(fetching, again?.leaseToken ?? "", { kind: "ready", files: 1, bytes: 1 });
    expect(await deploymentRow(fetching)).toMatchObject({ status: "ready" });
  });

  test("stops one that was claimed in the very moment of the pause, at its next heartbeat", async () => {
    const site = await addSite();
    const { id } = await queue(site);
    const job = await claimOf(id);
    await db().update(integrations).set({ status: "paused" }).where(eq(integrations.id, site.integrationId));
    expect(await heartbeat(id, job?.leaseToken ?? "", 60)).toMatchObject({
      cancel: { reason: "integration_paused" },
    });
    await finishDeployment(id, job?.leaseToken ?? "", {
      kind: "failed",
      reason: "integration_paused",
      facts: { sentence: "octocat is paused. Resume it to deploy." },
    });
    expect(await deploymentRow(id)).toMatchObject({ status: "queued", attempts: 0 });
  });

  test("notes pushes as missed, and its resumption deploys the last of them, once", async () => {
    const site = await addSite();
    const { id: waiting } = await queue(site);
    await pause(site);
    await push(site, sha("start"), sha(1));
    await push(site, sha(1), sha(2));
    expect(await listRecentPushes(site.ctx, site.appId)).toMatchObject([
      { verdict: "integration_paused", sentence: expect.stringContaining("octocat was paused") },
      { verdict: "integration_paused" },
    ]);
    expect(await listMissed(site.ctx, site.integrationId)).toMatchObject([
      { appId: site.appId, pushes: 2, isOver: false, deployment: null, commit: { sha: sha(2) } },
    ]);
    const results = await Promise.all([resume(site), resume(site)]);
    expect(results.map(({ caughtUp }) => caughtUp).sort()).toEqual([0, 1]);
    const [old, late, ...rest] = await deploymentsOf(site.appId);
    expect(old).toMatchObject({ id: waiting, status: "cancelled", reason: "superseded_before_start" });
    expect(late).toMatchObject({ trigger: "catch_up", commit: sha(2), status: "queued" });
    expect(rest).toEqual([]);
    const [recent] = await listRecentPushes(site.ctx, site.appId);
    expect(recent?.sentence).toBe("Deployed late: octocat was paused when it came.");
    expect(await listMissed(site.ctx, site.integrationId)).toMatchObject([
      { isOver: true, pushes: 2, deployment: { id: late?.id } },
    ]);
    const [repository] = await db().select().from(repositories).where(eq(repositories.id, site.repositoryId));
    expect(repository?.pollAt?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  test("leaves apps that do not deploy by themselves to a person, and lists what they missed", async () => {
    const site = await addSite("owner", { autoDeploy: false });
    await pause(site);
    await push(site, sha("start"), sha(1));
    expect(await resume(site)).toEqual({ caughtUp: 0 });
    expect(await deploymentsOf(site.appId)).toEqual([]);
    expect(await listMissed(site.ctx, site.integrationId)).toMatchObject([
      { autoDeploy: false, pushes: 1, isOver: true, deployment: null },
    ]);
    const { id } = await queue(site, { commit: sha(1) });
    expect(await listMissed(site.ctx, site.integrationId)).toMatchObject([{ deployment: { id } }]);
  });

  test("does not list what was pushed before or after it was paused", async () => {
    const site = await addSite();
    await push(site, sha("start"), sha(1));
    await pause(site);
    await resume(site);
    await push(site, sha(1), sha(2));
    expect(await listMissed(site.ctx, site.integrationId)).toEqual([]);
  });

  test("fails a person's deployment at once, in words; the click after it gets the same one", async () => {
    const site = await addSite();
    const { id: earlier } = await queue(site);
    const job = await claimOf(earlier);
    await finishDeployment(earlier, job?.leaseToken ?? "", { kind: "ready", files: 1, bytes: 1 });
    await pause(site);
    const { id } = await redeploy(site.ctx, { deploymentId: earlier });
    expect(await deploymentRow(id)).toMatchObject({
      status: "failed",
      reason: "integration_paused",
      sentence: "octocat is paused. Resume it to deploy.",
    });
    expect((await redeploy(site.ctx, { deploymentId: earlier })).id).toBe(id);
    const { id: latest } = await deployLatest(site.ctx, { appId: site.appId });
    expect(await deploymentRow(latest)).toMatchObject({ status: "failed", reason: "integration_paused" });
    // It is live already: that somebody pressed in vain is nothing to make up for.
    expect(await resume(site)).toEqual({ caughtUp: 0 });
  });

  test("says who paused it, keeps its bindings, and does not touch another integration of the project", async () => {
    const site = await addSite();
    const other = await addSite();
    const { id: theirs } = await queue(other);
    const second = await addApp(site);
    await pause(site);
    expect(await getIntegration(site.ctx, site.integrationId)).toMatchObject({
      status: "paused",
      sentence: expect.stringMatching(/^Ada paused it\./),
    });
    const bound = await db().select().from(sources).where(eq(sources.integrationId, site.integrationId));
    expect(bound.map(({ appId }) => appId).sort()).toEqual([site.appId, second].sort());
    expect((await claimOf(theirs))?.id).toBe(theirs);
    await resume(site);
    expect(await listIntegrations(site.ctx)).toMatchObject([{ status: "active" }]);
  });

  test("paused twice is paused once; one that needs re-authorization cannot be", async () => {
    const site = await addSite();
    await Promise.all([pause(site), pause(site)]);
    expect(await eventsOf(site)).toEqual(["integration.paused"]);
    const dead = await addSite();
    await db()
      .update(integrations)
      .set({ status: "needs_reauthorization", statusReason: "revoked" })
      .where(eq(integrations.id, dead.integrationId));
    await expect(pause(dead)).rejects.toMatchObject({ code: "conflict" });
    expect((await statusOf(dead))?.status).toBe("needs_reauthorization");
  });

  test.each([
    ["owner", true],
    ["admin", true],
    ["member", false],
    ["viewer", false],
  ] as [Role, boolean][])("is paused and resumed by an %s: %s", async (role, isAllowed) => {
    const site = await addSite();
    const person = await addUser();
    await addMember(site.projectId, person, role);
    const ctx = await loadProjectContext(sessionOf(person), site.projectId);
    const { integrationId } = site;
    if (!isAllowed) {
      await expect(pauseIntegration(ctx, { integrationId })).rejects.toMatchObject({ code: "forbidden" });
      await expect(resumeIntegration(ctx, { integrationId })).rejects.toMatchObject({ code: "forbidden" });
      return;
    }
    await pauseIntegration(ctx, { integrationId });
    expect((await statusOf(site))?.status).toBe("paused");
    await resumeIntegration(ctx, { integrationId });
    expect((await statusOf(site))?.status).toBe("active");
  });

  test("of another project is not found", async () => {
    const site = await addSite();
    const foreign = await addSite();
    const { integrationId } = foreign;
    await expect(pauseIntegration(site.ctx, { integrationId })).rejects.toMatchObject({ code: "not_found" });
    await expect(resumeIntegration(site.ctx, { integrationId })).rejects.toMatchObject({ code: "not_found" });
  });
});
