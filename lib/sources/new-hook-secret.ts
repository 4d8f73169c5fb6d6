import { and, eq, sql } from "drizzle-orm";
import { hooks, integrations, repositories, type Transaction } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { record } from "@/lib/audit";
import { conflict, notFound } from "@/lib/errors";
import { announce } from "@/lib/events";
import { sourceProvider } from "@/lib/providers";
import type { Secret } from "@/lib/secret";
import { hookAddress } from "@/lib/sources/hook-address";
import { replaceHookSecret } from "@/lib/sources/hook-secret";
import { tendHook } from "@/lib/sources/tend-hook";

/** How long the secret before is still taken: a person has to carry the new one to the host. */
const OVERLAP_MINUTES = 60;

/**
 * The secret is in this answer and in no other; null where the console gave it to the provider itself. `signing`: what a host that
 * can sign is given in its place, and what it calls that.
 */
export type ShownSecret = {
  address: string;
  secret: string | null;
  signing: { label: string; token: string } | null;
};

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
    return { hook, secret: isManual ? secret : null };
  });
  const { hook, secret } = changed;
  const address = hookAddress(hook.provider, hook.id);
  if (secret) return { address, secret: secret.reveal(), signing: signingFor(hook, secret) };
  await tendHook(hook.id);
  return { address, secret: null, signing: null };
}

function signingFor({ provider, hostKind }: HookRow, secret: Secret): ShownSecret["signing"] {
  const { signing } = sourceProvider(provider).manualHook(hostKind);
  return signing && { label: signing.label, token: signing.tokenFor(secret) };
}

type HookRow = Awaited<ReturnType<typeof lockHook>>;

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
      hostKind: integrations.hostKind,
    })
    .from(hooks)
    .innerJoin(repositories, eq(repositories.id, hooks.repositoryId))
    .leftJoin(integrations, eq(integrations.id, hooks.integrationId))
    .where(and(eq(hooks.projectId, projectId), eq(hooks.id, hookId)))
    .for("update", { of: hooks });
  if (!hook) throw notFound();
  return hook;
}
