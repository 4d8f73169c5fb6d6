import { db, type Transaction } from "@/db";
import type { DeliveryOutcome } from "@/db/schema";
import type { WebhookEvent } from "@/lib/providers";
import { addVerdicts, type Observed, observeHead } from "@/lib/pushes";
import { followRename } from "@/lib/sources";
import { cleanText } from "@/lib/webhooks/clean";
import type { IntakeHook } from "@/lib/webhooks/hook";
import { concludeDelivery, noteHeard, type Received, storeDelivery } from "@/lib/webhooks/store";

type Push = Extract<WebhookEvent, { kind: "push" }>;
type Envelope = Omit<Received, "facts">;

/**
 * One transaction: the delivery, and for a push of the hook's own repository whatever it means. A delivery id that was seen
 * before only counts one more repeat. Null stands for a body that could not be read.
 */
export async function takeIn(
  hook: IntakeHook,
  envelope: Envelope,
  event: WebhookEvent | null,
): Promise<DeliveryOutcome | "repeated"> {
  return db().transaction(async (tx) => {
    const push = event?.kind === "push" ? cleanPush(event) : null;
    const stored = await storeDelivery(tx, hook, { ...envelope, facts: factsOf(event, push) });
    if (!stored.isNew) return "repeated";
    const outcome = await conclude(tx, hook, stored.id, event, push);
    await noteHeard(tx, hook);
    return outcome;
  });
}

async function conclude(
  tx: Transaction,
  hook: IntakeHook,
  deliveryId: string,
  event: WebhookEvent | null,
  push: Push | null,
): Promise<DeliveryOutcome> {
  if (event?.kind === "ping") {
    await concludeDelivery(tx, deliveryId, "ping");
    return "ping";
  }
  // A hook speaks for the repository that it was made for, and for no other.
  if (!push || push.repositoryExternalId !== hook.repositoryExternalId) return "ignored";
  if (push.repositoryName !== hook.repositoryName) {
    await followRename(tx, hook.repositoryId, push.repositoryName);
  }
  const observed = await observePush(tx, hook, push);
  return concludePush(tx, hook, deliveryId, observed);
}

const observePush = (
  tx: Transaction,
  { projectId, repositoryId }: IntakeHook,
  push: Push,
): Promise<Observed> =>
  observeHead(tx, {
    projectId,
    repositoryId,
    ref: push.ref,
    commit: push.after,
    facts: { message: push.message, author: push.author, pusher: push.pusher },
    ground: { learnedFrom: "delivery", before: push.before, isForced: push.isForced },
  });

async function concludePush(
  tx: Transaction,
  { projectId }: IntakeHook,
  deliveryId: string,
  observed: Observed,
): Promise<DeliveryOutcome> {
  if (observed.kind === "push" || observed.kind === "known") {
    await concludeDelivery(tx, deliveryId, observed.kind, observed.pushId);
    return observed.kind;
  }
  const appIds = observed.kind === "unsure" ? observed.appIds : [];
  const deciding = { verdict: "deciding", facts: {}, deploymentId: null } as const;
  await addVerdicts(
    tx,
    projectId,
    { deliveryId },
    appIds.map((appId) => ({ appId, ...deciding })),
  );
  await concludeDelivery(tx, deliveryId, "deciding");
  return "deciding";
}

const cleanPush = (push: Push): Push => ({
  ...push,
  ref: cleanText(push.ref),
  repositoryName: cleanText(push.repositoryName),
  pusher: cleanText(push.pusher),
  message: cleanText(push.message),
  author: cleanText(push.author),
});

function factsOf(event: WebhookEvent | null, push: Push | null): Received["facts"] {
  if (!push) return { kind: event?.kind ?? "malformed" };
  const { ref, before, after, isForced, pusher, message, author, repositoryExternalId } = push;
  return { kind: "push", ref, before, after, isForced, pusher, message, author, repositoryExternalId };
}
