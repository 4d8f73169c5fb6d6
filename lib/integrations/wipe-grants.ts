import { and, asc, eq, inArray, isNotNull, isNull, ne, or, sql } from "drizzle-orm";
import {
  authorizationAttempts,
  cleanups,
  heads,
  hooks,
  integrations,
  pendingGrants,
  providerInstances,
  repositories,
  type Transaction,
} from "@/db";
import type { Actor } from "@/lib/access";
import { record } from "@/lib/audit";
import { type CleanupRow, deleteCredential, transition } from "@/lib/credentials";
import { conflict } from "@/lib/errors";
import type { WipeGrants } from "@/lib/instances";
import { ENDED, recordEnd, tellLeft } from "@/lib/integrations/settle-cleanup";

type Instance = Parameters<WipeGrants>[2]["instance"];
type IntegrationRow = typeof integrations.$inferSelect;

/**
 * Erases all that was sealed for a provider instance, before it gets another address or client: credentials, grants that wait, the
 * copies that cleanups hold, attempts that are under way; with another web address also the secrets of its hooks. What was connected
 * stays connected and needs re-authorization; each project's activity says so. Takes integrations before anything that refers to them,
 * as every writer does, and the projects' chains after all that a writer holds who then takes one.
 */
export const wipeGrants: WipeGrants = async (tx, by, { instance, origin }) => {
  const rows = await lockIntegrations(tx, instance.id);
  await tx.delete(authorizationAttempts).where(eq(authorizationAttempts.instanceId, instance.id));
  const waiting = await tx.delete(pendingGrants).where(eq(pendingGrants.instanceId, instance.id)).returning();
  const ids = rows.map(({ id }) => id);
  const ended = await forgetCleanups(tx, instance, ids);
  if (origin !== instance.origin) await follow(tx, instance, origin);
  for (const projectId of inOrder([...rows, ...waiting, ...ended])) {
    const isIts = (one: { projectId: string }) => one.projectId === projectId;
    for (const grant of waiting.filter(isIts)) await noteWiped(tx, by, grant);
    for (const row of rows.filter(isIts)) await wipe(tx, by, row);
    for (const row of ended.filter(isIts)) await recordEnd(tx, row);
  }
};

/** So that two changes take the projects' chains in one order. */
const inOrder = (rows: readonly { projectId: string }[]): string[] =>
  [...new Set(rows.map(({ projectId }) => projectId))].sort();

/** Its token cannot be revoked: it was sealed for the address that is given up. */
const noteWiped = (tx: Transaction, by: Actor, grant: typeof pendingGrants.$inferSelect): Promise<void> =>
  record(tx, by, {
    chain: grant.projectId,
    event: "authorization.wiped",
    subjectId: grant.integrationId,
    subjectName: grant.accountLogin,
    facts: { reason: "instance_changed", origin: grant.origin, accountId: grant.accountId },
  });

const lockIntegrations = (tx: Transaction, instanceId: string): Promise<IntegrationRow[]> =>
  tx
    .select()
    .from(integrations)
    .where(and(eq(integrations.instanceId, instanceId), ne(integrations.status, "removed")))
    .orderBy(asc(integrations.projectId), asc(integrations.id))
    .for("update");

async function wipe(tx: Transaction, by: Actor, row: IntegrationRow): Promise<void> {
  const which = { projectId: row.projectId, integrationId: row.id, origin: row.origin };
  await deleteCredential(tx, which);
  if (!(await transition(tx, which, { kind: "wiped", reason: "instance_changed" }))) return;
  await record(tx, by, {
    chain: row.projectId,
    event: "integration.wiped",
    subjectId: row.id,
    subjectName: row.accountLogin,
    facts: { reason: "instance_changed", origin: row.origin },
  });
}

/** Their copies were sealed for the old address: what was to be taken back there stays, and that is told. */
async function forgetCleanups(
  tx: Transaction,
  instance: Instance,
  ids: readonly string[],
): Promise<CleanupRow[]> {
  const ended = await tx
    .update(cleanups)
    .set({
      ...ENDED,
      outcome: "forgotten",
      lastError: `${instance.name} got another address or client on this console.`,
    })
    .where(
      and(
        isNull(cleanups.finishedAt),
        or(eq(cleanups.instanceId, instance.id), inArray(cleanups.integrationId, [...ids])),
      ),
    )
    .returning();
  for (const row of ended) await tellLeft(tx, row);
  return ended;
}

/**
 * Integrations and repositories follow their instance to its new address. Hooks do not: their secrets were sealed for the old one. The
 * worker makes new ones once somebody has re-authorized.
 */
async function follow(tx: Transaction, instance: Instance, origin: string): Promise<void> {
  const { provider, origin: before } = instance;
  const ofOld = and(eq(repositories.provider, provider), eq(repositories.origin, before));
  await refuseKnown(tx, provider, before, origin);
  await tx.update(integrations).set({ origin }).where(eq(integrations.instanceId, instance.id));
  const moved = await tx.update(repositories).set({ origin }).where(ofOld).returning({ id: repositories.id });
  const ids = moved.map(({ id }) => id);
  await tx.delete(hooks).where(inArray(hooks.repositoryId, ids));
  await tx.update(heads).set({ etag: null }).where(inArray(heads.repositoryId, ids));
}

/** Repositories of an earlier instance at the new address would become one with those of this one, which nobody has asked for. */
async function refuseKnown(tx: Transaction, provider: string, before: string, after: string): Promise<void> {
  const there = tx
    .select({ one: sql`1` })
    .from(repositories)
    .where(and(eq(repositories.provider, provider), eq(repositories.origin, after)));
  const [known] = await tx
    .select({ id: repositories.id })
    .from(repositories)
    .where(and(eq(repositories.provider, provider), eq(repositories.origin, before), sql`exists ${there}`))
    .limit(1);
  if (!known) return;
  const message = `Projects know repositories at ${after} from an earlier instance. Add that address as an instance of its own.`;
  throw conflict(message, { origin: message });
}

/** Looks at once after everything that waited for an instance: hooks, repositories, integrations, what is to be taken back. */
export async function wakeInstance(tx: Transaction, instanceId: string): Promise<void> {
  const [row] = await tx.select().from(providerInstances).where(eq(providerInstances.id, instanceId));
  if (!row) return;
  const theirs = tx
    .select({ id: repositories.id })
    .from(repositories)
    .where(and(eq(repositories.provider, row.provider), eq(repositories.origin, row.origin)));
  const polled = and(inArray(repositories.id, theirs), sql`${repositories.pollAt} is not null`);
  await tx.update(repositories).set({ pollAt: sql`now()` }).where(polled);
  await tx.update(hooks).set({ checkAt: sql`now()` }).where(inArray(hooks.repositoryId, theirs));
  const looked = and(eq(integrations.instanceId, instanceId), isNotNull(integrations.checkAt));
  await tx.update(integrations).set({ checkAt: sql`now()` }).where(looked);
  const waiting = and(eq(cleanups.instanceId, instanceId), isNull(cleanups.finishedAt));
  await tx.update(cleanups).set({ attemptAt: sql`now()` }).where(waiting);
}
