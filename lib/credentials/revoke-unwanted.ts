import { db } from "@/db";
import { planTokenRevocation } from "@/lib/credentials/cleanup-token";
import { clientSecretOf, type ReadyInstance } from "@/lib/instances";
import { reportUnexpected } from "@/lib/log";
import { oauthOf } from "@/lib/providers";
import type { Secret } from "@/lib/secret";

type Unwanted = { projectId: string; instance: ReadyInstance; token: Secret };

/** Revokes a token that came too late or may not be kept: at once where the provider answers, otherwise by a cleanup. */
export async function revokeUnwanted({ projectId, instance, token }: Unwanted): Promise<void> {
  const authorization = oauthOf(instance.provider);
  try {
    await authorization.revokeToken(instance, await clientSecretOf(instance.id), token);
    return;
  } catch {
    // Whatever it was, the worker goes on trying for a day.
  }
  try {
    const { id: instanceId, origin } = instance;
    await db().transaction((tx) =>
      planTokenRevocation(tx, { projectId, integrationId: null, instanceId, origin, position: 0, token }),
    );
  } catch (error) {
    reportUnexpected(error, "revoking an unwanted token");
  }
}
