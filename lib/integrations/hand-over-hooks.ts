import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { hooks, integrations, repositories, sources, type Transaction } from "@/db";
import { planCleanup, type TokenPair, USABLE } from "@/lib/credentials";
import { deletionOf, hookAddress, isAllowedHere, isEnteredByHand, mayBeRegistered } from "@/lib/sources";

type Plan = {
  projectId: string;
  integrationId: string;
  instanceId: string | null;
  origin: string;
  position: number;
  tokens: TokenPair | null;
  /** False for a host where only a person can. */
  registersHooks: boolean;
  /** Not before: a refresh of the tokens may still be under way. */
  notBefore: Date | null;
};
export type HandedOver = {
  /** How many are deleted. */
  deleted: number;
  /** What a person entered at the host, and only a person can delete there. */
  entered: { repository: string; address: string }[];
};

/**
 * The hooks of a removed integration: one whose repository is also followed through another integration of the project passes to that
 * one; the others are deleted, here now and at the provider by a cleanup.
 */
export async function handOverHooks(tx: Transaction, { registersHooks, ...plan }: Plan): Promise<HandedOver> {
  const rows = await tx
    .select({ hook: hooks, repository: repositories })
    .from(hooks)
    .innerJoin(repositories, eq(repositories.id, hooks.repositoryId))
    .where(and(eq(hooks.projectId, plan.projectId), eq(hooks.integrationId, plan.integrationId)));
  const done: HandedOver = { deleted: 0, entered: [] };
  for (const { hook, repository } of rows) {
    const heir = await findHeir(tx, hook.repositoryId);
    if (heir) {
      // Whoever looks after it just now, with the old token, has nothing to write any more.
      const taken = { integrationId: heir, checkAt: sql`now()`, leaseToken: null, leaseUntil: null };
      await tx.update(hooks).set(taken).where(eq(hooks.id, hook.id));
      continue;
    }
    done.deleted += 1;
    await tx.delete(hooks).where(eq(hooks.id, hook.id));
    // One that the console may be registering at this moment is looked for, and told of by what is found.
    if (isEnteredByHand(hook) && !(registersHooks && mayBeRegistered(hook))) {
      const address = hook.address ?? hookAddress(repository.provider, hook.id);
      done.entered.push({ repository: repository.fullName, address });
      continue;
    }
    if (!mayBeRegistered(hook)) continue;
    const { target, notBefore } = deletionOf(hook, repository);
    await planCleanup(tx, { ...plan, target, notBefore: later(notBefore, plan.notBefore) });
  }
  await stopPolling(tx, plan.projectId);
  return done;
}

const later = (one: Date | null, other: Date | null): Date | null =>
  one && other ? (one > other ? one : other) : (one ?? other);

async function findHeir(tx: Transaction, repositoryId: string): Promise<string | null> {
  const [row] = await tx
    .select({ id: integrations.id })
    .from(sources)
    .innerJoin(integrations, eq(integrations.id, sources.integrationId))
    .innerJoin(repositories, eq(repositories.id, sources.repositoryId))
    .where(
      and(eq(sources.repositoryId, repositoryId), inArray(integrations.status, [...USABLE]), isAllowedHere),
    )
    .limit(1);
  return row?.id ?? null;
}

/** A repository that nobody is connected to any more is not asked about. */
async function stopPolling(tx: Transaction, projectId: string): Promise<void> {
  const followed = tx
    .select({ id: sources.repositoryId })
    .from(sources)
    .where(and(eq(sources.projectId, projectId), isNotNull(sources.integrationId)));
  await tx
    .update(repositories)
    .set({ pollAt: null })
    .where(
      and(
        eq(repositories.projectId, projectId),
        isNotNull(repositories.pollAt),
        sql`${repositories.id} not in ${followed}`,
      ),
    );
}
