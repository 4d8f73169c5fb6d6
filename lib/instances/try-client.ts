import { db } from "@/db";
import type { InstanceContext } from "@/lib/access";
import { record } from "@/lib/audit";
import { conflict, notFound } from "@/lib/errors";
import { callbackUrl } from "@/lib/instances/callback-url";
import { clientSecretOf, loadInstanceRow, toInstance } from "@/lib/instances/load";
import { clearMisconfigured, markMisconfigured } from "@/lib/instances/misconfigured";
import {
  ClientRejected,
  oauthOf,
  ProviderRejected,
  ProviderUnavailable,
  sourceProvider,
} from "@/lib/providers";

export type TrialResult = { isAccepted: boolean; sentence: string };

/** The admin's test button: asks the provider whether it accepts our client, with a code that cannot exist. */
export async function testInstance(ctx: InstanceContext, instanceId: string): Promise<TrialResult> {
  const row = await loadInstanceRow(instanceId);
  if (!row) throw notFound();
  const instance = toInstance(row);
  if (!instance) throw conflict("Enter the client id and the client secret first.");
  const result = await tryClient(instance);
  await db().transaction((tx) =>
    record(tx, ctx.actor, {
      chain: "instance",
      event: "provider_instance.tested",
      subjectId: row.id,
      subjectName: row.name,
      facts: { isAccepted: result.isAccepted },
    }),
  );
  return result;
}

async function tryClient(instance: NonNullable<ReturnType<typeof toInstance>>): Promise<TrialResult> {
  const { name } = sourceProvider(instance.provider);
  const host = new URL(instance.origin).host;
  try {
    const secret = await clientSecretOf(instance.id);
    await oauthOf(instance.provider).testClient(instance, secret, callbackUrl(instance.id));
    await clearMisconfigured(instance.id);
    return { isAccepted: true, sentence: `${host} accepts this client.` };
  } catch (error) {
    if (error instanceof ClientRejected) {
      await markMisconfigured(instance.id, error.message);
      return {
        isAccepted: false,
        sentence: `${error.message} Compare both with the client's page at ${host}.`,
      };
    }
    if (error instanceof ProviderUnavailable || error instanceof ProviderRejected) {
      return { isAccepted: false, sentence: `${name} could not be asked at ${host}: ${error.message}` };
    }
    throw error;
  }
}
