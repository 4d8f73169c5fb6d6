import { db } from "@/db";
import type { InstanceContext } from "@/lib/access";
import { record } from "@/lib/audit";
import { conflict, notFound } from "@/lib/errors";
import { callbackUrl } from "@/lib/instances/callback-url";
import { loadInstanceRow, toInstance } from "@/lib/instances/load";
import { tryClientSecrets } from "@/lib/instances/with-client-secret";
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
  if (row.disabledAt) throw conflict(`${row.name} is disabled, so nothing is sent to it. Enable it first.`);
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
    const redirectUri = callbackUrl(instance.id);
    const which = await tryClientSecrets(instance, (secret) =>
      oauthOf(instance.provider).testClient(instance, secret, redirectUri),
    );
    if (which === "current") return { isAccepted: true, sentence: `${host} accepts this client.` };
    return {
      isAccepted: false,
      sentence: `${host} does not accept the new client secret. The one before it still works and is used.`,
    };
  } catch (error) {
    if (error instanceof ClientRejected) {
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
