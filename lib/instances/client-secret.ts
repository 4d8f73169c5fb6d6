import type { Executor } from "@/db";
import type { Secret } from "@/lib/secret";
import { open, seal, VaultError } from "@/lib/vault";

type Owner = { id: string; origin: string; clientSecretGeneration: number };
type Field = "client_secret" | "previous_client_secret";

/** What an instance's client secrets are bound to. */
export const clientSecretPlace = (owner: Owner, field: Field) => ({
  projectId: null,
  table: "provider_instances",
  rowId: owner.id,
  field,
  origin: owner.origin,
  generation: owner.clientSecretGeneration,
});

export const sealClientSecret = (executor: Executor, owner: Owner, secret: Secret): Promise<string> =>
  seal(executor, clientSecretPlace(owner, "client_secret"), secret);

/** Opens an instance's client secret; only this file does. Throws VaultError. */
export const openClientSecret = (executor: Executor, owner: Owner, sealed: string): Promise<Secret> =>
  open(executor, clientSecretPlace(owner, "client_secret"), sealed);

/** The one before, while a rotation overlaps. Throws VaultError. */
export const openPreviousSecret = (executor: Executor, owner: Owner, sealed: string): Promise<Secret> =>
  open(executor, clientSecretPlace(owner, "previous_client_secret"), sealed);

/**
 * The current secret sealed as the previous one of the next generation; null when there is nothing to fall back to: there is none, it
 * can no longer be opened, or the replacement is the same.
 */
export async function sealAsPrevious(
  executor: Executor,
  owner: Owner & { clientSecretSealed: string | null },
  nextGeneration: number,
  replacement: Secret,
): Promise<string | null> {
  if (!owner.clientSecretSealed) return null;
  try {
    const secret = await openClientSecret(executor, owner, owner.clientSecretSealed);
    if (secret.reveal() === replacement.reveal()) return null;
    const next = { ...owner, clientSecretGeneration: nextGeneration };
    return await seal(executor, clientSecretPlace(next, "previous_client_secret"), secret);
  } catch (error) {
    if (error instanceof VaultError) return null;
    throw error;
  }
}
