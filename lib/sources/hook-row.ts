import { randomUUID } from "node:crypto";
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import { db, type HookStatus, hooks, integrations, repositories, type Transaction } from "@/db";
import { systemActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { announce } from "@/lib/events";

export type HookRow = typeof hooks.$inferSelect;
export type HeldHook = {
  hook: HookRow;
  repository: typeof repositories.$inferSelect;
  /** The account that made it, for sentences; empty before that. */
  account: string;
};

/** How often a repository is read although its hook is healthy: what a host could not deliver, it never sends again. */
export const HOOKED_POLL_SECONDS = 15 * 60;

/** Longer than the slowest chain of calls to a provider. */
const LEASE_SECONDS = 90;

/** Takes a hook for one worker or web process; null while another one tends it, or when it is gone. */
export async function claimHook(hookId: string): Promise<HeldHook | null> {
  const [hook] = await db()
    .update(hooks)
    .set({ leaseToken: randomUUID(), leaseUntil: sql`now() + make_interval(secs => ${LEASE_SECONDS})` })
    .where(and(eq(hooks.id, hookId), or(isNull(hooks.leaseUntil), lt(hooks.leaseUntil, sql`now()`))))
    .returning();
  if (!hook) return null;
  const [found] = await db()
    .select({ repository: repositories, account: integrations.accountLogin })
    .from(repositories)
    .leftJoin(integrations, eq(integrations.id, hook.integrationId ?? ""))
    .where(eq(repositories.id, hook.repositoryId));
  return found ? { hook, repository: found.repository, account: found.account ?? "" } : null;
}

export type Settlement = {
  status: HookStatus;
  reason: string | null;
  checkInSeconds: number;
  isPolled: boolean;
  externalId?: string;
  address?: string;
  integrationId?: string;
  registeredGeneration?: number;
};

/** Writes how it went and gives the hook back. False when the hook was removed, or taken over, meanwhile. */
export async function settleHook({ hook, repository }: HeldHook, next: Settlement): Promise<boolean> {
  const externalId = next.externalId ?? hook.externalId;
  const isNews =
    next.status !== hook.status || next.reason !== hook.statusReason || externalId !== hook.externalId;
  return await db().transaction(async (tx) => {
    const settled = await tx
      .update(hooks)
      .set({
        status: next.status,
        statusReason: next.reason,
        ...(next.status === hook.status ? {} : { statusSince: new Date() }),
        checkAt: sql`now() + make_interval(secs => ${next.checkInSeconds})`,
        leaseToken: null,
        leaseUntil: null,
        ...(next.externalId === undefined ? {} : { externalId: next.externalId }),
        ...(next.address === undefined ? {} : { address: next.address }),
        ...(next.integrationId === undefined ? {} : { integrationId: next.integrationId }),
        ...(next.registeredGeneration === undefined
          ? {}
          : { registeredGeneration: next.registeredGeneration }),
      })
      .where(and(eq(hooks.id, hook.id), eq(hooks.leaseToken, hook.leaseToken ?? "")))
      .returning({ id: hooks.id });
    if (settled.length === 0) return false;
    await planPoll(tx, repository.id, next, next.status !== hook.status);
    if (!isNews) return true;
    await announce(tx, { kind: "integration", project: hook.projectId });
    await record(tx, systemActor("console"), {
      chain: hook.projectId,
      event: "hook.changed",
      subjectId: next.integrationId ?? hook.integrationId,
      subjectName: repository.fullName,
      facts: {
        hookId: hook.id,
        status: next.status,
        reason: next.reason,
        registeredBy: externalId === null ? "person" : "console",
      },
    });
    return true;
  });
}

/**
 * An earlier poll that is planned stays: one that is due may have missed pushes to find. A hook that just stopped being healthy
 * is not waited for, unless the provider asked for patience.
 */
async function planPoll(tx: Transaction, id: string, next: Settlement, isChange: boolean): Promise<void> {
  const { pollAt, pollFailures } = repositories;
  const isUrgent = next.isPolled && isChange;
  const seconds = next.isPolled ? 0 : HOOKED_POLL_SECONDS;
  await tx
    .update(repositories)
    .set({
      pollAt: sql`case when ${isUrgent} and ${pollFailures} = 0 then now()
        else coalesce(${pollAt}, now() + make_interval(secs => ${seconds})) end`,
    })
    .where(eq(repositories.id, id));
}
