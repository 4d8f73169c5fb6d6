import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { db, type Executor, hooks, repositories } from "@/db";
import { redactor } from "@/lib/log";
import { Secret } from "@/lib/secret";
import { keyedFingerprint, open, type Place, seal } from "@/lib/vault";

type Owner = { projectId: string; hookId: string; origin: string; generation: number };

/** Where a hook's secret is sealed. */
export const hookPlace = (owner: Owner, field: "secret" | "previous_secret"): Place => ({
  projectId: owner.projectId,
  table: "hooks",
  rowId: owner.hookId,
  field,
  origin: owner.origin,
  generation: owner.generation,
});

/** A fresh secret for a hook, sealed. 256 random bits. */
export async function sealNewHookSecret(executor: Executor, owner: Owner): Promise<string> {
  return await seal(executor, hookPlace(owner, "secret"), new Secret(randomBytes(32).toString("base64url")));
}

export type ReplacedSecret = { secret: Secret; sealed: string; previousSealed: string; fingerprint: string };

/**
 * A fresh secret in the place of the current one, which is sealed again as the previous one: both for the next generation. The caller
 * holds the row and writes them. Throws VaultError.
 */
export async function replaceHookSecret(
  executor: Executor,
  hook: { id: string; projectId: string; origin: string; generation: number; current: string },
): Promise<ReplacedSecret> {
  const { projectId, origin, generation } = hook;
  const owner = { projectId, hookId: hook.id, origin, generation };
  const next = { ...owner, generation: generation + 1 };
  const before = await open(executor, hookPlace(owner, "secret"), hook.current);
  const secret = new Secret(randomBytes(32).toString("base64url"));
  redactor.add(before);
  redactor.add(secret);
  return {
    secret,
    sealed: await seal(executor, hookPlace(next, "secret"), secret),
    previousSealed: await seal(executor, hookPlace(next, "previous_secret"), before),
    fingerprint: await keyedFingerprint(executor, secret, "hook"),
  };
}

export type HookSecrets = {
  projectId: string;
  repositoryId: string;
  repositoryExternalId: string;
  provider: string;
  origin: string;
  /** The current one first; while a rotation overlaps, the previous one too. */
  secrets: Secret[];
};

/** The only place that opens hook secrets. Null for an id that names no hook. Throws VaultError. */
export async function openHookSecrets(
  hookId: string,
  executor: Executor = db(),
): Promise<HookSecrets | null> {
  const [row] = await executor
    .select({
      projectId: hooks.projectId,
      repositoryId: hooks.repositoryId,
      generation: hooks.secretGeneration,
      current: hooks.secretSealed,
      previous: hooks.previousSecretSealed,
      previousUntil: hooks.previousSecretUntil,
      provider: repositories.provider,
      origin: repositories.origin,
      repositoryExternalId: repositories.externalId,
    })
    .from(hooks)
    .innerJoin(repositories, eq(repositories.id, hooks.repositoryId))
    .where(eq(hooks.id, hookId));
  if (!row) return null;
  const { projectId, repositoryId, provider, origin, repositoryExternalId } = row;
  const owner = { projectId, hookId, origin, generation: row.generation };
  const secrets = [await open(executor, hookPlace(owner, "secret"), row.current)];
  if (row.previous && row.previousUntil && row.previousUntil > new Date()) {
    secrets.push(await open(executor, hookPlace(owner, "previous_secret"), row.previous));
  }
  for (const secret of secrets) redactor.add(secret);
  return { projectId, repositoryId, repositoryExternalId, provider, origin, secrets };
}
