import { db } from "@/db";
import { planTokenRevocation } from "@/lib/credentials/cleanup-token";
import { pairOf } from "@/lib/credentials/token-pair";
import { holdInstance, type ReadyInstance, withClientSecret } from "@/lib/instances";
import { log, reportUnexpected } from "@/lib/log";
import { oauthOf, type TokenSet } from "@/lib/providers";
import type { Secret } from "@/lib/secret";

type Unwanted = {
  projectId: string;
  instance: ReadyInstance;
  tokens: TokenSet;
  /** Whose they are, once that is known: until they are revoked, they count as theirs. */
  of?: { accountId: string; grantedScopes: string[] } | undefined;
};

/**
 * Revokes what came too late or may not be kept. A token alone at once, where the provider answers; otherwise, and where a refresh token
 * came with it, which has to be spent first, by a cleanup.
 */
export async function revokeUnwanted({ projectId, instance, tokens, of }: Unwanted): Promise<void> {
  if (tokens.refreshToken === null && (await revokeNow(instance, tokens.accessToken))) return;
  const changed = new Error("The provider instance was changed meanwhile.");
  try {
    const { id: instanceId, origin } = instance;
    const owner = { projectId, integrationId: null, instanceId, origin, ...of };
    await db().transaction(async (tx) => {
      // Under another address the copy would be told to a stranger: then the token is left to its own end.
      await holdInstance(tx, instance, () => changed);
      await planTokenRevocation(tx, { ...owner, position: 0, tokens: pairOf(tokens) });
    });
  } catch (error) {
    if (error !== changed) return void reportUnexpected(error, "revoking an unwanted token");
    log.warn(
      { instance: instance.id },
      "a token that nobody keeps was not taken back: its instance was changed",
    );
  }
}

/** False for whatever trouble: the worker goes on trying for a day. */
async function revokeNow(instance: ReadyInstance, token: Secret): Promise<boolean> {
  const authorization = oauthOf(instance.provider);
  try {
    await withClientSecret(instance, (secret) => authorization.revokeToken(instance, secret, token));
    return true;
  } catch {
    return false;
  }
}
