import { and, asc, eq, inArray, isNull, lt, lte, or, sql } from "drizzle-orm";
import { db, hooks, integrations, repositories, sources } from "@/db";
import { USABLE } from "@/lib/credentials";
import { env } from "@/lib/env";
import { reportUnexpected } from "@/lib/log";
import { prepareHook } from "@/lib/sources/prepare-hook";
import { tendHook } from "@/lib/sources/tend-hook";

const AT_ONCE = 5;
const MISSING_AT_ONCE = 20;

/** Makes sure that a repository has its hook, after the commit that made an app follow it. Never throws for a provider's sake. */
export async function ensureHook(projectId: string, repositoryId: string): Promise<void> {
  const hookId = await prepareHook(projectId, repositoryId);
  if (hookId) await tendHook(hookId);
}

/** Tends the hooks that are due, until none is left or the signal ends. Answers how many it tended. */
export async function runDueHookChecks(signal: AbortSignal): Promise<number> {
  await callMovedHooks();
  await eraseOldSecrets();
  await prepareMissingHooks(signal);
  let tended = 0;
  while (!signal.aborted) {
    const due = await dueHooks();
    await Promise.all(due.map(tendSafely));
    tended += due.length;
    if (due.length < AT_ONCE) break;
  }
  return tended;
}

/**
 * A repository that an app follows may be without a hook: its process died right after the app was made, or its hook was deleted
 * while the only other integration could not be used. Both are made up for here.
 */
async function prepareMissingHooks(signal: AbortSignal): Promise<void> {
  const followed = await db()
    .selectDistinct({ projectId: repositories.projectId, repositoryId: repositories.id })
    .from(sources)
    .innerJoin(repositories, eq(repositories.id, sources.repositoryId))
    .innerJoin(integrations, eq(integrations.id, sources.integrationId))
    .leftJoin(hooks, eq(hooks.repositoryId, repositories.id))
    .where(and(isNull(hooks.id), inArray(integrations.status, [...USABLE])))
    .limit(MISSING_AT_ONCE);
  for (const { projectId, repositoryId } of followed) {
    if (signal.aborted) return;
    const hookId = await prepareHook(projectId, repositoryId);
    if (hookId) await tendSafely(hookId);
  }
}

/** What is not taken any more is not kept. */
async function eraseOldSecrets(): Promise<void> {
  await db()
    .update(hooks)
    .set({ previousSecretSealed: null, previousSecretUntil: null })
    .where(lt(hooks.previousSecretUntil, sql`now()`));
}

async function tendSafely(hookId: string): Promise<void> {
  try {
    await tendHook(hookId);
  } catch (error) {
    // The lease runs out and the hook is tried again; one bad row must not stop the others.
    reportUnexpected(error, "hook check");
  }
}

async function dueHooks(): Promise<string[]> {
  const rows = await db()
    .select({ id: hooks.id })
    .from(hooks)
    .where(
      and(lte(hooks.checkAt, sql`now()`), or(isNull(hooks.leaseUntil), lt(hooks.leaseUntil, sql`now()`))),
    )
    .orderBy(asc(hooks.checkAt))
    .limit(AT_ONCE);
  return rows.map((row) => row.id);
}

let calledFor: string | undefined;

/** After a change of CONSOLE_URL every hook has another address: once for each start, those become due. */
async function callMovedHooks(): Promise<void> {
  const base = `${env().CONSOLE_URL}/api/webhooks/`;
  if (calledFor === base) return;
  await db()
    .update(hooks)
    .set({ checkAt: sql`now()` })
    .where(sql`${hooks.address} is not null and not starts_with(${hooks.address}, ${base})`);
  calledFor = base;
}
