import { randomBytes } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll } from "vitest";
import { apps, closeDatabase, db, deployments } from "@/db";
import type { Forge } from "@/e2e/forge";
import { type CreateAppInput, createApp, createAppSchema } from "@/lib/apps";
import { enqueueDeployment, notifyDue, readLog } from "@/lib/deployments";
import type { ReadyInstance } from "@/lib/instances";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, connect, type Desk, useForge } from "@/lib/testing/forge";
import { type Machine, prepareMachine } from "@/worker/machine";
import { startWorker, type Worker } from "@/worker/worker";

type Files = Parameters<Forge["admin"]["commitFiles"]>[2];
type Plan = Partial<
  Pick<
    CreateAppInput,
    "buildKind" | "installCommand" | "buildCommand" | "outputDirectory" | "rootDirectory" | "autoDeploy"
  >
>;
export type TestApp = { id: string; deploymentId: string; repository: string; repositoryId: string };
type Place = { desk: Desk; integrationId: string };
export type DeploymentRow = typeof deployments.$inferSelect;

const ENDED = new Set(["ready", "failed", "cancelled"]);

/**
 * A forge, a project whose account is connected, and a worker of this very process that runs what is queued. `settings` are
 * for the worker; without `isWorking` nothing is claimed until the test says so.
 */
export function useWorkbench(options: { settings?: () => Record<string, string>; isWorking?: boolean } = {}) {
  const database: TestDatabase = useTestDatabase();
  const { forge } = useForge();
  let desk: Desk | undefined;
  let instance: ReadyInstance | undefined;
  let integrationId = "";
  let worker: Worker | undefined;
  let machine: Machine | undefined;

  const needs = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("The workbench is not set up yet.");
    return value;
  };

  beforeAll(async () => {
    Object.assign(process.env, { LOG_LEVEL: "silent", ...options.settings?.() });
    await forge().admin.createUser({ login: "octocat", password: "octocat" });
    desk = await addDesk();
    instance = await addInstance(forge());
    integrationId = await connect(desk, instance, { login: "octocat" });
    machine = await prepareMachine();
    if (options.isWorking ?? true) worker = startWorker(machine);
  });
  afterAll(async () => {
    await worker?.stop();
    await closeDatabase();
  });

  const own = (): Place => ({ desk: needs(desk), integrationId });
  const addApp = async (files: Files, plan: Plan = {}, place: Place = own()): Promise<TestApp> => {
    const name = `site-${randomBytes(4).toString("hex")}`;
    const { fullName } = await forge().admin.createRepository({
      owner: "octocat",
      name,
      private: true,
      files,
    });
    const input = createAppSchema.parse({
      name,
      integrationId: place.integrationId,
      repository: fullName,
      branch: "main",
      buildKind: plan.buildCommand || plan.installCommand ? "commands" : "none",
      // What a test did not ask for must not come by way of a poll.
      autoDeploy: false,
      ...plan,
    });
    const created = await createApp(place.desk.ctx, input);
    return { ...created, repository: fullName };
  };

  return {
    forge,
    database,
    desk: () => needs(desk),
    instance: () => needs(instance),
    integrationId: () => integrationId,
    machine: () => needs(machine),
    /** Starts the worker of this process, or another one after the first was stopped. */
    start: async (on: Machine = needs(machine)) => {
      await worker?.stop();
      worker = startWorker(on);
      return worker;
    },
    stop: async () => {
      await worker?.stop();
      worker = undefined;
    },
    addApp,
    /** Another project with the same account connected, for a test that takes it away. */
    addOwnIntegration: async (): Promise<Place> => {
      const other = await addDesk();
      return { desk: other, integrationId: await connect(other, needs(instance), { login: "octocat" }) };
    },
    row: rowOf,
    /** Asks for another commit of the app's branch, as "Redeploy" does for an earlier one. Answers with the deployment's id. */
    redeployedAt: async (app: TestApp, commit: string): Promise<string> => {
      const first = await rowOf(app.deploymentId);
      const { id } = await db().transaction((tx) =>
        enqueueDeployment(tx, {
          ...first,
          trigger: "redeploy",
          pushId: null,
          commit,
          message: "Another",
          author: "Ada",
        }),
      );
      return id;
    },
    /** Does not wait for its next try. */
    hurry: async (id: string) => {
      await db()
        .update(deployments)
        .set({ runAt: sql`now()` })
        .where(and(eq(deployments.id, id), eq(deployments.status, "queued")));
      await notifyDue(db());
    },
    untilEnded: (id: string) => until(id, (row) => ENDED.has(row.status)),
    until,
    /** Everything that a deployment's log says. */
    log: async (id: string) => {
      const texts: string[] = [];
      for (let after = 0; ; ) {
        const page = await readLog(needs(desk).ctx, id, { after });
        texts.push(...page.lines.map((line) => line.text));
        if (!page.hasMore) return texts.join("\n");
        after = page.nextAfter;
      }
    },
    liveOf: async (appId: string) => {
      const [row] = await db().select({ live: apps.liveDeploymentId }).from(apps).where(eq(apps.id, appId));
      return row?.live ?? null;
    },
  };
}

async function rowOf(id: string): Promise<DeploymentRow> {
  const [row] = await db().select().from(deployments).where(eq(deployments.id, id));
  if (!row) throw new Error(`There is no deployment ${id}.`);
  return row;
}

const PATIENCE_MS = 28_000;

async function until(
  id: string,
  isSo: (row: DeploymentRow) => boolean,
  patienceMs = PATIENCE_MS,
): Promise<DeploymentRow> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const row = await rowOf(id);
    if (isSo(row)) return row;
    if (Date.now() > deadline) throw new Error(`${id} is still ${row.status}: ${row.sentence ?? row.step}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
