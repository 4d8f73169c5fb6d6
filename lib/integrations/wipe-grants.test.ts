import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { auditEvents, db, hooks, integrationIncidents, integrations, providerInstances } from "@/db";
import { systemActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { openLeftover } from "@/lib/credentials";
import type { ReadyInstance } from "@/lib/instances";
import { removeIntegration, wipeGrants } from "@/lib/integrations";
import { addBoundApp } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, connect, type Desk, useForge } from "@/lib/testing/forge";

useTestDatabase();
const { forge } = useForge();
const actor = systemActor("test");
let instance: ReadyInstance;
beforeAll(async () => {
  instance = await addInstance(forge());
});

/** A project with an integration, and what is left of one that was removed: a token to revoke, and something that a person is told of. */
async function scene(): Promise<{ desk: Desk; kept: string; removed: string; repositoryId: string }> {
  const desk = await addDesk();
  const logins = ["one", "two"].map((name) => `${name}-${randomBytes(3).toString("hex")}`);
  for (const login of logins) await forge().admin.createUser({ login });
  const [one = "", two = ""] = logins;
  const repository = (await forge().admin.createRepository({ owner: one, name: "site" })).fullName;
  const kept = await connect(desk, instance, { login: one });
  const { repositoryId } = await addBoundApp(desk, { integrationId: kept, repository });
  const removed = await connect(desk, instance, { login: two });
  await removeIntegration(desk.ctx, { integrationId: removed, confirmName: two });
  const leftover = { projectId: desk.projectId, integrationId: removed, origin: instance.origin };
  await db().transaction((tx) => openLeftover(tx, leftover));
  return { desk, kept, removed, repositoryId };
}

const untilSomebodyWaits = () => {
  const waits = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return expect.poll(async () => (await db().execute(waits)).rows.length, { timeout: 10_000 }).not.toBe(0);
};
async function wipe(origin = instance.origin): Promise<void> {
  const [row] = await db().select().from(providerInstances).where(eq(providerInstances.id, instance.id));
  if (!row) throw new Error("no instance");
  await db().transaction((tx) => wipeGrants(tx, actor, { instance: row, origin }));
}
const incidentsOf = (id: string) =>
  db().select().from(integrationIncidents).where(eq(integrationIncidents.integrationId, id));

describe("erasing what was sealed for an instance does not wait for ever, and nobody for it,", () => {
  test("beside a person who says that what was left is gone; what is left now is told anew", async () => {
    const { desk, removed } = await scene();
    let wiping: Promise<void> | undefined;
    await db().transaction(async (tx) => {
      const isIts = eq(integrationIncidents.integrationId, removed);
      await tx.update(integrationIncidents).set({ endedAt: sql`now()` }).where(isIts);
      wiping = wipe();
      await untilSomebodyWaits();
      await record(tx, actor, { chain: desk.projectId, event: "leftover.settled" });
    });
    await wiping;
    expect((await incidentsOf(removed)).map(({ endedAt }) => endedAt !== null).sort()).toEqual([false, true]);
    const events = await db().select().from(auditEvents).where(eq(auditEvents.subjectId, removed));
    expect(events.at(-1)).toMatchObject({ event: "token.revoked", facts: { outcome: "forgotten" } });
    const [gone] = await db().select().from(integrations).where(eq(integrations.id, removed));
    expect(gone?.status).toBe("removed");
  });

  test("beside a worker that writes how a webhook is", async () => {
    const { desk, kept, repositoryId } = await scene();
    let wiping: Promise<void> | undefined;
    await db().transaction(async (tx) => {
      const isIts = eq(hooks.repositoryId, repositoryId);
      await tx.update(hooks).set({ checkAt: sql`now()` }).where(isIts);
      wiping = wipe("https://elsewhere.example");
      await untilSomebodyWaits();
      await record(tx, actor, { chain: desk.projectId, event: "hook.changed" });
    });
    await wiping;
    expect(await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId))).toEqual([]);
    const [row] = await db().select().from(integrations).where(eq(integrations.id, kept));
    expect(row).toMatchObject({ status: "needs_reauthorization", origin: "https://elsewhere.example" });
  });
});
