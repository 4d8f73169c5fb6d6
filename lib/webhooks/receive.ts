import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { reportUnexpected } from "@/lib/log";
import { ProviderRejected, sourceProviders, type Webhook, type WebhookEvent } from "@/lib/providers";
import { Secret } from "@/lib/secret";
import { VaultError } from "@/lib/vault";
import { findHook, type IntakeHook, secretsOf } from "@/lib/webhooks/hook";
import {
  accepted,
  badRequest,
  notFound,
  type Outcome,
  refused,
  tooMany,
  unavailable,
} from "@/lib/webhooks/outcome";
import { countRejection, isThrottled } from "@/lib/webhooks/rejections";
import { takeIn } from "@/lib/webhooks/take-in";

export type Call = {
  /** Both from the path. The hook's id chooses the tenant, never the unverified body. */
  provider: string;
  hookId: string;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  /** Called once the call is worth reading. */
  read: ReadBody;
  address: string;
};

/**
 * Reads the bytes as they were sent, or answers why that is not possible. Kept for a hook that exists; for any other only read
 * past, with as many zeros in their place: a stranger's body costs no memory, and is not answered sooner.
 */
export type ReadBody = (isKept: boolean) => Promise<Buffer | Outcome>;

const HOOK_ID = /^hok_[0-9a-z]{20}$/;

/** Checked where there is no hook, so that an unknown id takes as long as a wrong signature. */
const NOBODY = new Secret("there is no hook of this id");

/**
 * Takes in one webhook call: whom it is for before its body is read, the signature over the received bytes next, then the delivery, its push, its verdicts and its
 * deployments in one transaction. Every authenticated delivery is answered 202, and a repeated one has no second effect. An
 * unauthenticated one is answered 401 with an empty body, whatever was wrong, and only counted.
 */
export async function receiveWebhook(call: Call): Promise<Outcome> {
  const provider = sourceProviders().find(({ id }) => id === call.provider);
  if (!provider || !HOOK_ID.test(call.hookId)) return notFound;
  if (isThrottled(call.address, call.hookId)) return tooMany;
  const found = await findHook(call.hookId);
  const hook = found?.provider === provider.id ? found : null;
  const body = await call.read(hook !== null);
  if (!Buffer.isBuffer(body)) return body;
  const secrets = await secretsFor(hook);
  if (!secrets) return unavailable;
  const webhook = provider.webhook(hook?.hostKind ?? null);
  const isAuthentic = secrets.some((secret) => webhook.verify(call.headers, call.rawHeaders, body, secret));
  if (!hook || !isAuthentic) {
    countRejection(call.address, call.hookId, found !== null);
    return refused;
  }
  return accept(call, body, webhook, hook);
}

async function secretsFor(hook: IntakeHook | null): Promise<Secret[] | null> {
  if (!hook) return [NOBODY];
  try {
    return await secretsOf(hook);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    reportUnexpected(error, "opening a hook's secret");
    return null;
  }
}

async function accept(call: Call, body: Buffer, webhook: Webhook, hook: IntakeHook): Promise<Outcome> {
  const delivery = webhook.delivery(call.headers, body);
  if (!delivery)
    return badRequest(
      "A delivery needs an id and the name of its event: in its headers, or in the body of the plain form.",
    );
  const bodyHash = createHash("sha256").update(body).digest("hex");
  const event = parse(webhook, delivery.event, body);
  const outcome = await takeIn(hook, { deliveryId: delivery.id, event: delivery.event, bodyHash }, event);
  return accepted(outcome);
}

/** Null for a body that its event's name does not fit: authentic all the same, so kept as ignored. */
function parse(webhook: Webhook, event: string, body: Buffer): WebhookEvent | null {
  try {
    return webhook.parse(event, body);
  } catch (error) {
    if (error instanceof ProviderRejected) return null;
    throw error;
  }
}
