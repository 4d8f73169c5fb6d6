import { and, eq, isNotNull, sql } from "drizzle-orm";
import { cleanups, hooks, newId, repositories, sources, type Transaction } from "@/db";
import { deletionOf, mayBeRegistered } from "@/lib/sources/hook-deletion";
import type { HookRow } from "@/lib/sources/hook-row";

type Which = { projectId: string; repositoryId: string };

/**
 * Called when an app stopped following a repository. Once no connected app of the project follows it, its hook is deleted: the
 * row now, so that it accepts no delivery any more, and at the provider by a cleanup.
 */
export async function releaseRepository(tx: Transaction, which: Which): Promise<void> {
  if (await isFollowed(tx, which)) return;
  await tx.update(repositories).set({ pollAt: null }).where(eq(repositories.id, which.repositoryId));
  const [hook] = await tx
    .delete(hooks)
    .where(and(eq(hooks.projectId, which.projectId), eq(hooks.repositoryId, which.repositoryId)))
    .returning();
  if (hook?.integrationId && mayBeRegistered(hook)) await planDeletion(tx, which, hook);
}

async function isFollowed(tx: Transaction, { projectId, repositoryId }: Which): Promise<boolean> {
  const [source] = await tx
    .select({ appId: sources.appId })
    .from(sources)
    .where(
      and(
        eq(sources.projectId, projectId),
        eq(sources.repositoryId, repositoryId),
        isNotNull(sources.integrationId),
      ),
    )
    .limit(1);
  return source !== undefined;
}

/** Without a token of its own: the integration goes on, so its credential is used when the row is due. */
async function planDeletion(
  tx: Transaction,
  { projectId, repositoryId }: Which,
  hook: HookRow,
): Promise<void> {
  const [repository] = await tx.select().from(repositories).where(eq(repositories.id, repositoryId));
  if (!repository) return;
  const { target, notBefore } = deletionOf(hook, repository);
  await tx.insert(cleanups).values({
    id: newId("cln"),
    projectId,
    integrationId: hook.integrationId,
    origin: repository.origin,
    position: 0,
    kind: target.kind,
    target,
    attemptAt: sql`greatest(now(), ${notBefore}::timestamptz)`,
    expiresAt: sql`now() + interval '1 day'`,
  });
}
