import { createHash } from "node:crypto";
import { loadInstanceRow, openWebhookSecrets } from "@/lib/instances";
import { reportUnexpected } from "@/lib/log";
import {
  type ClientEvent,
  oauthOf,
  ProviderRejected,
  sourceProvider,
  sourceProviders,
} from "@/lib/providers";
import { Secret } from "@/lib/secret";
import { VaultError } from "@/lib/vault";
import {
  accepted,
  badRequest,
  notFound,
  type Outcome,
  refused,
  tooMany,
  unavailable,
} from "@/lib/webhooks/outcome";
import type { Call } from "@/lib/webhooks/receive";
import { countRejection, isThrottled } from "@/lib/webhooks/rejections";
import { type InstanceDelivery, takeInForInstance } from "@/lib/webhooks/take-in-instance";

export type InstanceCall = Omit<Call, "hookId"> & { instanceId: string };
type InstanceRow = NonNullable<Awaited<ReturnType<typeof loadInstanceRow>>>;

const INSTANCE_ID = /^pin_[0-9a-z]{20}$/;
/** Checked where there is no instance, so that an unknown id takes as long as a wrong signature. */
const NOBODY = new Secret("there is no instance of this id");

/**
 * Takes in what a provider tells of a whole client: the instance by the path, the signature over the received bytes by a secret of that
 * instance alone, then the delivery and whom it concerns, in one transaction. Nothing that it says is believed: it only has the worker
 * ask. Whatever is not signed is answered 401 with an empty body, an instance that does not exist included, and only counted.
 */
export async function receiveInstanceWebhook(call: InstanceCall): Promise<Outcome> {
  const provider = sourceProviders().find(({ id }) => id === call.provider);
  if (provider?.authorization.kind !== "oauth") return notFound;
  if (isThrottled(call.address, call.instanceId)) return tooMany;
  const row = await findInstance(call);
  const body = await call.read(row !== null);
  if (!Buffer.isBuffer(body)) return body;
  const secrets = await secretsFor(row);
  if (!secrets) return unavailable;
  const { verify } = provider.webhook(null);
  const isAuthentic = secrets.some((secret) => verify(call.headers, call.rawHeaders, body, secret));
  if (!row || !isAuthentic) {
    countRejection(call.address, call.instanceId, row !== null);
    return refused;
  }
  return await accept(call, body, row);
}

/** One that has no secret yet is as good as none: nobody can have signed for it. */
async function findInstance({ provider, instanceId }: InstanceCall): Promise<InstanceRow | null> {
  if (!INSTANCE_ID.test(instanceId)) return null;
  const row = await loadInstanceRow(instanceId);
  return row?.provider === provider && row.webhookSecretSealed ? row : null;
}

async function secretsFor(row: InstanceRow | null): Promise<Secret[] | null> {
  if (!row) return [NOBODY];
  try {
    return await openWebhookSecrets(row);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    reportUnexpected(error, "opening an instance's webhook secret");
    return null;
  }
}

async function accept(call: InstanceCall, body: Buffer, row: InstanceRow): Promise<Outcome> {
  const delivery = sourceProvider(row.provider).webhook(null).delivery(call.headers, body);
  if (!delivery) return badRequest("A delivery needs an id and the name of its event in its headers.");
  const received: InstanceDelivery = {
    instanceId: row.id,
    deliveryId: delivery.id,
    event: delivery.event,
    bodyHash: createHash("sha256").update(body).digest("hex"),
  };
  return accepted(await takeInForInstance(received, read(row.provider, delivery.event, body)));
}

/** A body that its event's name does not fit is authentic all the same, so it is kept as ignored. */
function read(provider: string, event: string, body: Buffer): ClientEvent {
  try {
    return oauthOf(provider).readClientEvent(event, body);
  } catch (error) {
    if (error instanceof ProviderRejected) return { kind: "ignored", event };
    throw error;
  }
}
