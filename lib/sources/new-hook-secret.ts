import { and, eq, sql } from "drizzle-orm";
import { hooks, repositories, type Transaction } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { record } from "@/lib/audit";
import { conflict, notFound } from "@/lib/errors";
import { announce } from "@/lib/events";
import { hookAddress } from "@/lib/sources/hook-address";
import { replaceHookSecret } from "@/lib/sources/hook-secret";
import { tendHook } from "@/lib/sources/tend-hook";

/** How long the secret before is still taken: a person has to carry the new one to the host. */
const OVERLAP_MINUTES = 60;

/** The secret is in this answer and in no other; null where the console gave it to the provider itself. */
export type ShownSecret = { address: string; secret: string | null };

/**
 * Gives a hook a new secret; the one before is still taken for an hour. A hook that a person enters at the host is shown with it,
 * once; one that the console registered is told by the console. Throws ConsoleError.
 */
export async function newHookSecret(ctx: ProjectContext, input: { hookId: string }): Promise<ShownSecret> {
  requirePermission(ctx, "integration.manage");
  const changed = await transactAs(ctx, "integration.manage", async (tx) => {
    const hook = await lockHook(tx, ctx.projectId, input.hookId);
    if (hook.status === "registering") {
      throw conflict("This webhook is being registered. Try again in a moment.");
    }
    const isManual = hook.externalId === null;
    const { secret, sealed, previousSealed, fingerprint } = await replaceHookSecret(tx, hook);
    await tx
      .update(hooks)
      .set({
        secretSealed: sealed,
        secretGeneration: hook.generation + 1,
        previousSecretSealed: previousSealed,
        previousSecretUntil: sql`now() + make_interval(mins => ${OVERLAP_MINUTES})`,
        ...(isManual ? {} : { checkAt: sql`now()` }),
      })
      .where(eq(hooks.id, hook.id));
    await record(tx, ctx.actor, {
      chain: ctx.projectId,
      event: "hook.secret_changed",
      subjectId: hook.integrationId,
      subjectName: hook.repositoryName,
      facts: { hookId: hook.id, fingerprint, toldBy: isManual ? "person" : "console" },
    });
    await announce(tx, { kind: "integration", project: ctx.projectId });
    return { hook, secret: isManual ? secret.reveal() : null };
  });
  if (changed.secret === null) await tendHook(changed.hook.id);
  return { address: hookAddress(changed.hook.provider, changed.hook.id), secret: changed.secret };
}

async function lockHook(tx: Transaction, projectId: string, hookId: string) {
  const [hook] = await tx
    .select({
      id: hooks.id,
      projectId: hooks.projectId,
      integrationId: hooks.integrationId,
      externalId: hooks.externalId,
      status: hooks.status,
      generation: hooks.secretGeneration,
      current: hooks.secretSealed,
      provider: repositories.provider,
      origin: repositories.origin,
      repositoryName: repositories.fullName,
    })
    .from(hooks)
    .innerJoin(repositories, eq(repositories.id, hooks.repositoryId))
    .where(and(eq(hooks.projectId, projectId), eq(hooks.id, hookId)))
    .for("update", { of: hooks });
  if (!hook) throw notFound();
  return hook;
}
