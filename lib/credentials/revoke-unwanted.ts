import { db } from "@/db";
import { planTokenRevocation } from "@/lib/credentials/cleanup-token";
import { holdInstance, type ReadyInstance, withClientSecret } from "@/lib/instances";
import { log, reportUnexpected } from "@/lib/log";
import { oauthOf } from "@/lib/providers";
import type { Secret } from "@/lib/secret";

type Unwanted = {
  projectId: string;
  instance: ReadyInstance;
  token: Secret;
  /** Whose it is, once that is known: until it is revoked, it counts as theirs. */
  of?: { accountId: string; grantedScopes: string[] } | undefined;
};

/** Revokes a token that came too late or may not be kept: at once where the provider answers, otherwise by a cleanup. */
export async function revokeUnwanted({ projectId, instance, token, of }: Unwanted): Promise<void> {
  const authorization = oauthOf(instance.provider);
  const changed = new Error("The provider instance was changed meanwhile.");
  try {
    await withClientSecret(instance, (secret) => authorization.revokeToken(instance, secret, token));
    return;
  } catch {
    // Whatever it was, the worker goes on trying for a day.
  }
  try {
    const { id: instanceId, origin } = instance;
    const owner = { projectId, integrationId: null, instanceId, origin, ...of };
    await db().transaction(async (tx) => {
      // Under another address the copy would be told to a stranger: then the token is left to its own end.
      await holdInstance(tx, instance, () => changed);
      await planTokenRevocation(tx, { ...owner, position: 0, token });
    });
  } catch (error) {
    if (error !== changed) return void reportUnexpected(error, "revoking an unwanted token");
    log.warn(
      { instance: instance.id },
      "a token that nobody keeps was not taken back: its instance was changed",
    );
  }
}
