import { type CleanupRow, openCleanupCopy, tradeCopy } from "@/lib/credentials";
import { type ReadyInstance, withClientSecret } from "@/lib/instances";
import type { Ended } from "@/lib/integrations/run-cleanup";
import { redactor } from "@/lib/log";
import { oauthOf, ProviderRejected } from "@/lib/providers";

/**
 * Revokes a token at its provider, never the grant behind it. Where a refresh token came with it, that is spent first: nothing promises
 * that it ends with the token, and it could bring new ones for months. What comes for it is revoked in its place, and what else comes
 * with that is kept nowhere. Throws what the provider's trouble is.
 */
export async function retireToken(row: CleanupRow, instance: ReadyInstance): Promise<Ended> {
  const spent = await tradeCopy(row, instance, "token");
  const token = spent.kind === "traded" ? spent.token : (await openCleanupCopy(row))?.token;
  if (!token) throw new ProviderRejected("no_token", "No copy of the token is left.");
  redactor.add(token);
  const outcome = await withClientSecret(instance, (secret) =>
    oauthOf(instance.provider).revokeToken(instance, secret, token),
  );
  const isLost = spent.kind === "refused" && spent.wasUnanswered;
  return { outcome, note: isLost ? LOST : null };
}

const LOST =
  "An answer was lost on its way: a token that nobody has seen may exist there until it ends by itself, within hours.";
