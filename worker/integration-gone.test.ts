import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import {
  getAllowList,
  pauseIntegration,
  removeIntegration,
  restrictRepositories,
  resumeIntegration,
} from "@/lib/integrations";
import { type TestApp, useWorkbench } from "@/lib/testing/workbench";

const bench = useWorkbench({ isWorking: false });

afterEach(async () => {
  await bench.stop();
  await bench.forge().admin.clearFaults();
});

const commandLines = (): string[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
      } catch {
        return "";
      }
    });
const isRunning = (part: string) => commandLines().some((line) => line.includes(part));

async function until(isSo: () => boolean | Promise<boolean>, patienceMs = 10_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error("It did not come to that.");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Begins to fetch the app's repository from a host that takes half a minute to answer. */
async function fetchSlowly(app: TestApp): Promise<void> {
  await bench.forge().admin.fault({
    match: { path: `/${app.repository}.git/**` },
    action: { kind: "delay", ms: 30_000 },
    count: 1,
  });
  await bench.start();
  await until(() => isRunning(`${app.repository}.git`));
}

test("removing the integration stops a running clone within two seconds, which ends Failed and says who did it", async () => {
  const own = await bench.addOwnIntegration();
  const app = await bench.addApp({ "index.html": "1" }, {}, own);
  await fetchSlowly(app);
  const began = Date.now();
  await removeIntegration(own.desk.ctx, { integrationId: own.integrationId, confirmName: "octocat" });
  const row = await bench.untilEnded(app.deploymentId);
  expect(Date.now() - began).toBeLessThan(10_000);
  expect(row).toMatchObject({
    status: "failed",
    reason: "integration_removed",
    step: "checkout",
    sentence: expect.stringMatching(/^Ada removed the integration that reads octocat\/.*Connect the account/),
  });
  expect(row.finishedAt?.getTime()).toBeLessThan(began + 10_000);
  expect(isRunning(`${app.repository}.git`)).toBe(false);
});

test("a build that has its code already uses nothing of the integration any more, and is finished", async () => {
  const own = await bench.addOwnIntegration();
  const app = await bench.addApp({ "index.html": "built" }, { buildCommand: "sleep 1.25" }, own);
  await bench.start();
  await bench.until(app.deploymentId, (row) => row.step === "build");
  const removed = await removeIntegration(own.desk.ctx, {
    integrationId: own.integrationId,
    confirmName: "octocat",
  });
  expect(removed).toMatchObject({ cancelled: 0, stopping: 0 });
  expect(await bench.untilEnded(app.deploymentId)).toMatchObject({ status: "ready" });
  expect(await bench.liveOf(app.id)).toBe(app.deploymentId);
  const page = join(bench.database.dataDir(), "sites", app.deploymentId, "index.html");
  expect(readFileSync(page, "utf8")).toBe("built");
});

test("pausing the integration stops a running clone, which waits and is built after the resumption", async () => {
  const own = await bench.addOwnIntegration();
  const app = await bench.addApp({ "index.html": "1" }, {}, own);
  await fetchSlowly(app);
  const which = { integrationId: own.integrationId };
  expect(await pauseIntegration(own.desk.ctx, which)).toEqual({ held: 1 });
  await bench.until(app.deploymentId, (row) => row.status === "queued", 10_000);
  expect(isRunning(`${app.repository}.git`)).toBe(false);
  // It may have been stopped before the host was asked at all: then its slow answer still waits for the next one.
  await bench.forge().admin.clearFaults();
  await bench.hurry(app.deploymentId);
  await resumeIntegration(own.desk.ctx, which);
  expect(await bench.untilEnded(app.deploymentId)).toMatchObject({ status: "ready", attempts: 1 });
});

test("a repository that the allow-list does not name any more is not fetched, and the deployment ends in words", async () => {
  const own = await bench.addOwnIntegration();
  const app = await bench.addApp({ "index.html": "1" }, {}, own);
  const restrict = async (isRestricted: boolean) => {
    const { version } = await getAllowList(own.desk.ctx, own.integrationId);
    const which = { integrationId: own.integrationId, externalIds: [], version };
    await restrictRepositories(own.desk.ctx, { ...which, isRestricted });
  };
  await restrict(true);
  await bench.forge().admin.clearRequests();
  await bench.start();
  expect(await bench.untilEnded(app.deploymentId)).toMatchObject({
    status: "failed",
    reason: "repository_not_allowed",
    sentence: expect.stringContaining("The allow-list of octocat does not name this repository."),
  });
  const asked = (await bench.forge().admin.requests({})).filter(({ path }) => path.includes(app.repository));
  expect(asked).toEqual([]);
  await restrict(false);
  const { commit } = await bench.row(app.deploymentId);
  const again = await bench.redeployedAt(app, commit);
  expect(await bench.untilEnded(again)).toMatchObject({ status: "ready" });
});
