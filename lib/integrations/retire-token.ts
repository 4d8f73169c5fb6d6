import { type CleanupRow, openCleanupCopy, readAgain, type Traded, tradeCopy } from "@/lib/credentials";
import { type ReadyInstance, withClientSecret } from "@/lib/instances";
import { isInLastHour } from "@/lib/integrations/claim-cleanup";
import type { Ended } from "@/lib/integrations/run-cleanup";
import { redactor } from "@/lib/log";
import { ClientRejected, oauthOf, ProviderRejected, ProviderUnavailable } from "@/lib/providers";
import type { Secret } from "@/lib/secret";
import { VaultError } from "@/lib/vault";

/**
 * Revokes a token at its provider, never the grant behind it. Where a refresh token came with it, that is spent first: nothing promises
 * that it ends with the token, and it could bring new ones for months. What comes for it is revoked in its place, and what else comes
 * with that is kept nowhere. One that cannot be spent does not keep the token alive: in the last hour of its day that goes alone.
 * Throws what the provider's trouble is.
 */
export async function retireToken(row: CleanupRow, instance: ReadyInstance): Promise<Ended> {
  let spent: Traded;
  try {
    spent = await tradeCopy(row, instance, "token");
  } catch (error) {
    return await revokeAlone(row, instance, error);
  }
  const outcome = await revoke(instance, spent.kind === "traded" ? spent.token : await copyOf(row));
  const isLost = spent.kind === "refused" && spent.wasUnanswered;
  return { outcome, note: isLost ? LOST : null };
}

const LOST =
  "An answer was lost on its way: a token that nobody has seen may exist there until it ends by itself, within hours.";

/** Throws the trouble where there is still time, and where the step is not this process's any more: somebody may have forgotten it. */
async function revokeAlone(row: CleanupRow, instance: ReadyInstance, trouble: unknown): Promise<Ended> {
  const isHopeless = trouble instanceof VaultError || (isTrouble(trouble) && isInLastHour(row));
  if (!isHopeless || (await readAgain(row))?.leaseToken !== row.leaseToken) throw trouble;
  const outcome = await revoke(instance, await copyOf(row));
  const token = outcome === "done" ? "The access token was revoked." : "The access token had ended.";
  return {
    outcome: "refused",
    note: `${token} What could replace it was not ended: ${reasonOf(trouble)} ${LASTS}`,
  };
}

const isTrouble = (error: unknown): error is Error =>
  error instanceof ProviderUnavailable || error instanceof ClientRejected;

const reasonOf = (trouble: unknown): string =>
  isTrouble(trouble) ? trouble.message : "its copy could not be opened.";

const LASTS = "Until this console's access is revoked there by hand, it could bring new tokens for months.";

async function copyOf(row: CleanupRow): Promise<Secret> {
  const copy = await openCleanupCopy(row);
  if (!copy) throw new ProviderRejected("no_token", "No copy of the token is left.");
  return copy.token;
}

async function revoke(instance: ReadyInstance, token: Secret): Promise<"done" | "already_gone"> {
  redactor.add(token);
  return await withClientSecret(instance, (secret) =>
    oauthOf(instance.provider).revokeToken(instance, secret, token),
  );
}
