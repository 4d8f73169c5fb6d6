import { sql } from "drizzle-orm";
import pg from "pg";
import { beforeEach, describe, expect, test } from "vitest";
import { connectionConfig, db, deployments, run } from "@/db";
import { claimDeployment } from "@/lib/deployments/claim";
import { finishDeployment } from "@/lib/deployments/finish";
import { appendLog } from "@/lib/deployments/log";
import { heartbeat, markStep } from "@/lib/deployments/progress";
import { releaseLost } from "@/lib/deployments/release-lost";
import { useTestDatabase } from "@/lib/testing/database";
import { addApp, addSite, appRow, deploymentRow, deploymentsOf, queue, sha } from "@/lib/testing/factories";

useTestDatabase();

const READY = { kind: "ready", files: 3, bytes: 900 } as const;

// One queue for the whole database: each test starts with nothing due.
beforeEach(async () => {
  await db()
    .update(deployments)
    .set({ status: "cancelled", runAt: null })
    .where(sql`${deployments.status} in ('queued', 'building')`);
});

async function claim(worker = "worker 1", leaseSeconds = 60) {
  const claimed = await claimDeployment(worker, leaseSeconds);
  if (!claimed) throw new Error("Nothing was due.");
  return claimed;
}

const expireLeases = () =>
  db()
    .update(deployments)
    .set({ leaseUntil: new Date(Date.now() - 1000) });

describe("queueing", () => {
  test("numbers the deployments of one app in order, however many are queued at once", async () => {
    const site = await addSite();
    await Promise.all(Array.from({ length: 8 }, (_, n) => queue(site, { ref: `refs/heads/b${n}` })));
    expect((await deploymentsOf(site.appId)).map((row) => row.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("cancels older queued ones of the same app, kind and ref, and nothing else", async () => {
    const site = await addSite();
    const otherApp = await addApp(site);
    const older = await queue(site, { commit: sha(1) });
    const preview = await queue(site, { kind: "preview" });
    const otherRef = await queue(site, { ref: "refs/heads/release" });
    const other = await queue({ ...site, appId: otherApp });
    const newest = await queue(site, { commit: sha(2) });
    expect(await deploymentRow(older.id)).toMatchObject({
      status: "cancelled",
      reason: "superseded_before_start",
      sentence: `${sha(2).slice(0, 7)} took its place before this one was built.`,
      runAt: null,
    });
    for (const { id } of [preview, otherRef, other, newest]) {
      expect((await deploymentRow(id)).status).toBe("queued");
    }
  });

  test("of many at once leaves exactly the newest queued", async () => {
    const site = await addSite();
    await Promise.all(Array.from({ length: 10 }, (_, n) => queue(site, { commit: sha(n) })));
    const rows = await deploymentsOf(site.appId);
    expect(rows.map((row) => row.status)).toEqual([...Array(9).fill("cancelled"), "queued"]);
  });

  test("leaves one that builds alone", async () => {
    const site = await addSite();
    const first = await queue(site);
    await claim();
    await queue(site);
    expect((await deploymentRow(first.id)).status).toBe("building");
  });
});

describe("claiming", () => {
  test("gives each deployment to one of many workers, on connections of their own", async () => {
    const site = await addSite();
    const refs = Array.from({ length: 12 }, (_, n) => `refs/heads/b${n}`);
    for (const ref of refs) await queue(site, { ref });
    const claims = await Promise.all(
      Array.from({ length: 30 }, (_, n) => claimDeployment(`worker ${n}`, 60)),
    );
    const ids = claims.flatMap((claimed) => (claimed ? [claimed.id] : []));
    expect(ids).toHaveLength(12);
    expect(new Set(ids).size).toBe(12);
  });

  test("lets one deployment of an app, kind and ref build at a time", async () => {
    const site = await addSite();
    await queue(site);
    const first = await claim();
    await queue(site, { commit: sha(2) });
    expect(await claimDeployment("worker 2", 60)).toBeNull();
    await queue(site, { kind: "preview" });
    expect((await claim("worker 2")).kind).toBe("preview");
    await finishDeployment(first.id, first.leaseToken, READY);
    expect((await claim("worker 2")).commit).toBe(sha(2));
  });

  test("is decided by the database when two workers look at the same moment", async () => {
    const site = await addSite();
    const first = await queue(site, { commit: sha(1) });
    // Both queued, as it can be for a moment between two enqueueing transactions of other versions.
    const second = await queue(site, { commit: sha(2) });
    await db()
      .update(deployments)
      .set({ status: "queued", runAt: new Date(0) })
      .where(sql`id = ${first.id}`);
    const claims = await Promise.all([1, 2, 3, 4].map((n) => claimDeployment(`worker ${n}`, 60)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    const rows = await Promise.all([first, second].map(({ id }) => deploymentRow(id)));
    expect(rows.map((row) => row.status).sort()).toEqual(["building", "queued"]);
  });

  test("takes the oldest first and leaves what is not due yet", async () => {
    const site = await addSite();
    const later = await queue(site, { ref: "refs/heads/later" });
    await db()
      .update(deployments)
      .set({ runAt: new Date(Date.now() + 60_000) })
      .where(sql`id = ${later.id}`);
    const old = await queue(site, { ref: "refs/heads/old" });
    await queue(site, { ref: "refs/heads/new" });
    expect((await claim()).id).toBe(old.id);
    await claim();
    expect(await claimDeployment("worker 1", 60)).toBeNull();
  });

  test("hands over everything that the build needs", async () => {
    const site = await addSite();
    await queue(site, { commit: sha("start") });
    expect(await claim("worker 7")).toMatchObject({
      projectId: site.projectId,
      appId: site.appId,
      integrationId: site.integrationId,
      repositoryExternalId: site.repositoryExternalId,
      cloneUrl: `https://git.example/${site.repositoryName}.git`,
      provider: "github",
      ref: "refs/heads/main",
      commit: sha("start"),
      attempts: 1,
      headSeq: 0,
      logLines: 0,
    });
  });

  test("wakes a worker that listens when the queueing commits", async () => {
    const client = new pg.Client(connectionConfig());
    await client.connect();
    const heard = new Promise((resolve) => client.once("notification", ({ payload }) => resolve(payload)));
    await client.query("listen deployments");
    await queue(await addSite());
    expect(await heard).toBe("due");
    await client.end();
  });
});

describe("a worker that lost its lease", () => {
  test("can write nothing any more, and another one goes on", async () => {
    const site = await addSite();
    await queue(site);
    const dead = await claim("worker 1");
    await expireLeases();
    expect(await releaseLost()).toBe(1);
    const next = await claim("worker 2");
    expect(next.id).toBe(dead.id);
    expect(next.attempts).toBe(2);
    const before = await deploymentRow(dead.id);
    expect(await heartbeat(dead.id, dead.leaseToken, 60)).toBe("lost");
    expect(await markStep(dead.id, dead.leaseToken, "publish")).toBe(false);
    expect(await appendLog(dead.id, dead.leaseToken, [{ at: 1, stream: "out", text: "late" }])).toBe("lost");
    expect(await finishDeployment(dead.id, dead.leaseToken, READY)).toBe("lost");
    expect(await deploymentRow(dead.id)).toEqual(before);
    expect((await appRow(site.appId)).liveDeploymentId).toBeNull();
  });

  test("is not taken for lost while its heart beats", async () => {
    await queue(await addSite());
    const claimed = await claim("worker 1", 1);
    await expireLeases();
    expect(await heartbeat(claimed.id, claimed.leaseToken, 60)).toEqual({ cancel: null });
    expect(await releaseLost()).toBe(0);
  });

  test("is survived twice; the third time the deployment ends Failed and says so", async () => {
    const { id } = await queue(await addSite());
    for (let life = 1; life <= 3; life += 1) {
      await claim(`worker ${life}`);
      await expireLeases();
      // Several workers find it at once.
      const released = await Promise.all([releaseLost(), releaseLost(), releaseLost()]);
      expect(released.reduce((sum, count) => sum + count, 0)).toBe(1);
    }
    expect(await deploymentRow(id)).toMatchObject({
      status: "failed",
      reason: "worker_lost",
      lostLeases: 3,
      leaseToken: null,
    });
  });
});

describe("finishing", () => {
  test("ready switches the site in the same moment; failed leaves the one before", async () => {
    const site = await addSite();
    await queue(site);
    const good = await claim();
    expect(await finishDeployment(good.id, good.leaseToken, READY)).toEqual({
      status: "ready",
      isLive: true,
    });
    expect(await deploymentRow(good.id)).toMatchObject({
      artifactFiles: 3,
      artifactBytes: 900,
      reason: null,
    });
    await queue(site, { commit: sha(2) });
    const bad = await claim();
    await finishDeployment(bad.id, bad.leaseToken, {
      kind: "failed",
      reason: "build_failed",
      facts: { command: "npm run build", exitCode: 1 },
    });
    expect((await appRow(site.appId)).liveDeploymentId).toBe(good.id);
    expect(await deploymentRow(bad.id)).toMatchObject({
      status: "failed",
      reason: "build_failed",
      sentence: expect.stringContaining("`npm run build` ended with code 1"),
      leaseToken: null,
    });
  });

  test("an older one that becomes ready later does not replace a newer one", async () => {
    const site = await addSite();
    await queue(site, { ref: "refs/heads/slow" });
    const slow = await claim();
    await queue(site);
    const fast = await claim();
    await finishDeployment(fast.id, fast.leaseToken, READY);
    expect(await finishDeployment(slow.id, slow.leaseToken, READY)).toEqual({
      status: "ready",
      isLive: false,
    });
    expect((await appRow(site.appId)).liveDeploymentId).toBe(fast.id);
    expect(await deploymentRow(slow.id)).toMatchObject({
      reason: "older_than_live",
      sentence: expect.stringContaining(`deployment ${fast.number}`),
    });
  });

  test("a preview never becomes the site", async () => {
    const site = await addSite();
    await queue(site, { kind: "preview" });
    const preview = await claim();
    expect(await finishDeployment(preview.id, preview.leaseToken, READY)).toEqual({
      status: "ready",
      isLive: false,
    });
    expect((await appRow(site.appId)).liveDeploymentId).toBeNull();
  });

  test("twice writes once", async () => {
    await queue(await addSite());
    const claimed = await claim();
    const both = await Promise.all([1, 2].map(() => finishDeployment(claimed.id, claimed.leaseToken, READY)));
    expect(both.filter((one) => one === "lost")).toHaveLength(1);
  });

  test("an unreachable provider puts it back in the queue for later", async () => {
    const { id } = await queue(await addSite());
    const claimed = await claim();
    await finishDeployment(claimed.id, claimed.leaseToken, { kind: "unavailable", retryAt: null });
    const row = await deploymentRow(id);
    expect(row).toMatchObject({ status: "queued", step: null, leaseToken: null, finishedAt: null });
    expect(row.runAt?.getTime()).toBeGreaterThan(Date.now() + 2000);
    expect(await claimDeployment("worker 1", 60)).toBeNull();
  });
});

describe("the database itself", () => {
  test("refuses a status, a kind and a trigger that the code does not know", async () => {
    const { id } = await queue(await addSite());
    for (const column of ["status", "kind", "trigger"]) {
      const statement = {
        name: `break-${column}`,
        text: `update deployments set ${column} = 'x' where id = $1`,
      };
      await expect(run(db(), statement, [id])).rejects.toMatchObject({ code: "23514" });
    }
  });

  test("refuses a second deployment of one push", async () => {
    const site = await addSite();
    const push = { trigger: "push", pushId: null } as const;
    await queue(site, push);
    // Without a push it is no second one; with the same push it is.
    await queue(site, push);
    await db().execute(sql`insert into pushes (id, project_id, repository_id, ref, seq, kind, learned_from)
      values ('psh_1', ${site.projectId}, ${site.repositoryId}, 'refs/heads/main', 1, 'updated', 'poll')`);
    await queue(site, { trigger: "push", pushId: "psh_1" });
    await expect(queue(site, { trigger: "push", pushId: "psh_1" })).rejects.toMatchObject({ code: "23505" });
  });

  test("refuses a deployment of another project's app", async () => {
    const site = await addSite();
    const stranger = await addSite();
    await expect(queue({ ...site, projectId: stranger.projectId })).rejects.toThrow(/There is no app/);
    const move = { name: "move-deployment", text: "update deployments set project_id = $2 where id = $1" };
    const { id } = await queue(site);
    await expect(run(db(), move, [id, stranger.projectId])).rejects.toMatchObject({ code: "23503" });
  });
});
