import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { db, hooks } from "@/db";
import { createApp, getApp, updateBuild, updateGeneral, updateGit } from "@/lib/apps";
import { type ClaimedDeployment, claimDeployment, finishDeployment } from "@/lib/deployments";
import { deployLatest } from "@/lib/pushes";
import { appInput, useBenches } from "@/lib/testing/bench";
import { useTestDatabase } from "@/lib/testing/database";
import { deploymentRow, deploymentsOf } from "@/lib/testing/factories";

useTestDatabase();
const { forge, bench, addRepository } = useBenches();

/** As a worker takes it; what other tests left queued is taken along and stays unbuilt. */
async function claimOf(deploymentId: string): Promise<ClaimedDeployment> {
  for (;;) {
    const job = await claimDeployment("test", 60);
    if (!job) throw new Error(`${deploymentId} was not due.`);
    if (job.id === deploymentId) return job;
  }
}

async function endDeployments(appId: string): Promise<void> {
  for (const { id } of await deploymentsOf(appId)) {
    const { leaseToken } = await claimOf(id);
    await finishDeployment(id, leaseToken, { kind: "ready", files: 1, bytes: 1 });
  }
}

describe("changing an app", () => {
  test("from two tabs saves one and tells the other", async () => {
    const at = await bench();
    const { id: appId } = await createApp(at.ctx, appInput(at));
    const { updatedAt } = await getApp(at.ctx, appId);
    const build = { buildKind: "commands", installCommand: "npm ci", buildCommand: "npm run build" } as const;
    const edits = [
      updateGeneral(at.ctx, { appId, updatedAt, name: "shop" }),
      updateBuild(at.ctx, { appId, updatedAt, ...build, outputDirectory: "dist" }),
    ];
    const results = await Promise.allSettled(edits);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const [refused] = results.filter((one) => one.status === "rejected");
    expect(String(refused?.reason.message)).toMatch(/^Not saved: somebody else changed .* meanwhile/);
    const now = await getApp(at.ctx, appId);
    await expect(
      updateGeneral(at.ctx, { appId, updatedAt: now.updatedAt, name: "till" }),
    ).resolves.toBeTruthy();
  });

  test("to another branch counts its head as known; the next push to it deploys, one to the old one does not", async () => {
    const at = await bench();
    await forge().admin.createBranch(at.repository, "release");
    const { id: appId } = await createApp(at.ctx, appInput(at));
    await endDeployments(appId);
    const { updatedAt } = await getApp(at.ctx, appId);
    const edit = { appId, updatedAt, integrationId: at.integrationId, repository: at.repository };
    const saved = await updateGit(at.ctx, {
      ...edit,
      branch: "release",
      rootDirectory: "",
      autoDeploy: true,
    });
    expect(saved).toMatchObject({ canDeployNow: true, deployment: null });
    expect(await deploymentsOf(appId)).toHaveLength(1);
    await forge().admin.commitFiles(at.repository, "main", { "c.html": "c" });
    const released = await forge().admin.commitFiles(at.repository, "release", { "c.html": "c" });
    await forge().admin.deliveriesIdle();
    const rows = await deploymentsOf(appId);
    expect(rows.map(({ ref }) => ref)).toEqual(["refs/heads/main", "refs/heads/release"]);
    expect(rows[1]).toMatchObject({ commit: released, trigger: "push" });
  });

  test("to another repository drops the hook of the old one and listens to the new one", async () => {
    const at = await bench();
    const { id: appId, repositoryId } = await createApp(at.ctx, appInput(at));
    const { updatedAt } = await getApp(at.ctx, appId);
    await endDeployments(appId);
    const repository = await addRepository(at.login);
    const rules = { branch: "main", rootDirectory: "apps/web", autoDeploy: false };
    await updateGit(at.ctx, { appId, updatedAt, integrationId: at.integrationId, repository, ...rules });
    expect(await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId))).toEqual([]);
    expect(await forge().admin.hooks(repository)).toHaveLength(1);
    const view = await getApp(at.ctx, appId);
    expect(view).toMatchObject({
      autoDeploySentence: "Auto-deploy from main is off: deploy by hand.",
      source: { repositoryName: repository, rootDirectory: "apps/web", autoDeploy: false },
    });
    await forge().admin.commitFiles(repository, "main", { "d.html": "d" });
    await forge().admin.deliveriesIdle();
    expect(await deploymentsOf(appId)).toHaveLength(1);
    const { id } = await deployLatest(at.ctx, { appId });
    expect(await deploymentRow(id)).toMatchObject({
      trigger: "manual",
      commit: await forge().admin.headOf(repository),
      plan: { rootDirectory: "apps/web" },
    });
  });

  test("while a deployment of the old source is queued deploys the new head in its place, and only once", async () => {
    const at = await bench();
    await forge().admin.createBranch(at.repository, "release");
    const released = await forge().admin.commitFiles(at.repository, "release", { "c.html": "c" });
    const { id: appId } = await createApp(at.ctx, appInput(at));
    const { updatedAt } = await getApp(at.ctx, appId);
    const source = { integrationId: at.integrationId, repository: at.repository, branch: "release" };
    const edit = { appId, updatedAt, ...source, rootDirectory: "", autoDeploy: true };
    const edits = await Promise.allSettled([updateGit(at.ctx, edit), updateGit(at.ctx, edit)]);
    expect(edits.filter(({ status }) => status === "fulfilled")).toMatchObject([
      { value: { deployment: 2, canDeployNow: false } },
    ]);
    expect(await deploymentsOf(appId)).toMatchObject([
      {
        status: "cancelled",
        reason: "superseded_before_start",
        sentence: "Ada chose another source for the app before this one was built.",
      },
      { status: "queued", trigger: "manual", ref: "refs/heads/release", commit: released },
    ]);
  });

  test("leaves what builds already alone, but lets it not wait for another try", async () => {
    const at = await bench();
    await forge().admin.createBranch(at.repository, "release");
    const { id: appId, deploymentId } = await createApp(at.ctx, appInput(at));
    const job = await claimOf(deploymentId);
    const { updatedAt } = await getApp(at.ctx, appId);
    const source = { integrationId: at.integrationId, repository: at.repository, branch: "release" };
    const edit = { appId, updatedAt, ...source, rootDirectory: "", autoDeploy: true };
    expect(await updateGit(at.ctx, edit)).toMatchObject({ deployment: null });
    expect(await deploymentRow(deploymentId)).toMatchObject({ status: "building" });
    await finishDeployment(deploymentId, job.leaseToken, { kind: "unavailable", retryAt: null });
    expect(await deploymentRow(deploymentId)).toMatchObject({
      status: "cancelled",
      reason: "superseded_before_start",
    });
  });

  test("of rules alone asks no provider", async () => {
    const at = await bench();
    const { id: appId } = await createApp(at.ctx, appInput(at));
    const { updatedAt } = await getApp(at.ctx, appId);
    await forge().admin.clearRequests();
    const edit = {
      appId,
      updatedAt,
      integrationId: at.integrationId,
      repository: at.repository,
      branch: "main",
    };
    const saved = await updateGit(at.ctx, { ...edit, rootDirectory: "", autoDeploy: false });
    expect(saved.canDeployNow).toBe(false);
    expect(await forge().admin.requests()).toEqual([]);
  });

  test("of another project is not there", async () => {
    const at = await bench();
    const stranger = await bench();
    const { id: appId } = await createApp(at.ctx, appInput(at));
    const { updatedAt } = await getApp(at.ctx, appId);
    const build = {
      buildKind: "none",
      installCommand: null,
      buildCommand: null,
      outputDirectory: "",
    } as const;
    const notFound = { code: "not_found" };
    await expect(getApp(stranger.ctx, appId)).rejects.toMatchObject(notFound);
    await expect(updateGeneral(stranger.ctx, { appId, updatedAt, name: "x" })).rejects.toMatchObject(
      notFound,
    );
    await expect(updateBuild(stranger.ctx, { appId, updatedAt, ...build })).rejects.toMatchObject(notFound);
    const git = { appId, updatedAt, integrationId: stranger.integrationId, repository: stranger.repository };
    const rules = { branch: "main", rootDirectory: "", autoDeploy: true };
    await expect(updateGit(stranger.ctx, { ...git, ...rules })).rejects.toMatchObject(notFound);
    await expect(deployLatest(stranger.ctx, { appId })).rejects.toMatchObject(notFound);
  });
});
