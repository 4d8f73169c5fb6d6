import { db, run, type Transaction } from "@/db";
import type { DeliveryOutcome } from "@/db/schema";
import { LONGEST_REF_BYTES } from "@/lib/branch-name";
import type { RefChange, WebhookEvent } from "@/lib/providers";
import { addVerdicts, lockPlaces, type Observed, observeHead } from "@/lib/pushes";
import { followRename } from "@/lib/sources";
import { speaksForItself } from "@/lib/webhooks/claim";
import { cleanText } from "@/lib/webhooks/clean";
import type { IntakeHook } from "@/lib/webhooks/hook";
import { concludeDelivery, noteCall, type Received, storeDelivery } from "@/lib/webhooks/store";

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
    const push = event?.kind === "push" ? await withinBounds(tx, hook, cleanPush(event)) : null;
    const stored = await storeDelivery(tx, hook, { ...envelope, facts: factsOf(event, push) });
    if (!stored.isNew) return "repeated";
    const outcome = await conclude(tx, hook, stored.id, event, push);
    await noteCall(tx, hook, push === null || speaksForItself(hook, push.repository));
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
  if (!push || push.changes.length === 0 || !speaksForItself(hook, push.repository)) return "ignored";
  const { repository } = push;
  if (repository.by === "id" && repository.name !== hook.repositoryName) {
    await followRename(tx, hook.repositoryId, repository.name);
  }
  await lockPlaces(
    tx,
    push.changes.map(({ ref }) => placeOf(hook, ref)),
  );
  const outcomes: Concluded[] = [];
  for (const change of push.changes) outcomes.push(await concludeChange(tx, hook, deliveryId, push, change));
  return await writeOutcome(tx, deliveryId, outcomes);
}

const placeOf = ({ projectId, repositoryId }: IntakeHook, ref: string) => ({ projectId, repositoryId, ref });

type Concluded = { outcome: "push" | "known" | "deciding"; pushId: string | null };

async function concludeChange(
  tx: Transaction,
  hook: IntakeHook,
  deliveryId: string,
  { pusher }: Push,
  change: RefChange,
): Promise<Concluded> {
  const { message, author, before, isForced } = change;
  const observed = await observeHead(tx, {
    ...placeOf(hook, change.ref),
    commit: change.after,
    facts: { message, author, pusher },
    ground: { learnedFrom: "delivery", deliveryId, before, isForced },
  });
  if (observed.kind === "push" || observed.kind === "known") {
    return { outcome: observed.kind, pushId: observed.pushId };
  }
  await leaveToWorker(tx, hook, deliveryId, change, observed);
  return { outcome: "deciding", pushId: null };
}

/** The change stands in the verdict: of one delivery, different apps may wait for different branches. */
async function leaveToWorker(
  tx: Transaction,
  { projectId }: IntakeHook,
  deliveryId: string,
  { ref, after, message, author }: RefChange,
  observed: Observed,
): Promise<void> {
  const facts: Record<string, string> = { ref, message, author, ...(after === null ? {} : { after }) };
  const appIds = observed.kind === "unsure" ? observed.appIds : [];
  const deciding = { verdict: "deciding", facts, deploymentId: null } as const;
  await addVerdicts(
    tx,
    projectId,
    { deliveryId },
    appIds.map((appId) => ({ appId, ...deciding })),
  );
}

/** Of several changes, the one that says most stands for the delivery. A push has said so itself, with its head. */
async function writeOutcome(
  tx: Transaction,
  deliveryId: string,
  concluded: readonly Concluded[],
): Promise<DeliveryOutcome> {
  if (concluded.some(({ outcome }) => outcome === "push")) return "push";
  const told = concluded.find(({ outcome }) => outcome === "deciding") ?? concluded[0];
  if (!told) return "ignored";
  await concludeDelivery(tx, deliveryId, told.outcome, told.pushId);
  return told.outcome;
}

/** Each ref once, its last change: a body may say anything. */
function cleanPush(push: Push): Push {
  const changes = new Map<string, RefChange>();
  for (const change of push.changes) {
    const ref = cleanText(change.ref);
    changes.set(ref, {
      ...change,
      ref,
      message: cleanText(change.message),
      author: cleanText(change.author),
    });
  }
  const { repository } = push;
  return {
    ...push,
    repository: repository.by === "id" ? { ...repository, name: cleanText(repository.name) } : repository,
    pusher: cleanText(push.pusher),
    changes: [...changes.values()],
  };
}

/** A whole repository may be pushed at once. Each ref is locked and numbered while its host waits for the answer. */
const MOST_CHANGES = 100;

const FOLLOWED = {
  name: "followed-refs",
  text: "select distinct 'refs/heads/' || branch as ref from sources where repository_id = $1",
};

/** Of a push that moves more refs than people look at, those that apps follow are never left out. */
async function withinBounds(tx: Transaction, { repositoryId }: IntakeHook, push: Push): Promise<Push> {
  const changes = push.changes.filter(({ ref }) => Buffer.byteLength(ref) <= LONGEST_REF_BYTES);
  if (changes.length <= MOST_CHANGES) return { ...push, changes };
  const followed = new Set((await run<{ ref: string }>(tx, FOLLOWED, [repositoryId])).map(({ ref }) => ref));
  return { ...push, changes: changes.filter(({ ref }, i) => i < MOST_CHANGES || followed.has(ref)) };
}

function factsOf(event: WebhookEvent | null, push: Push | null): Received["facts"] {
  if (!push) return { kind: event?.kind ?? "malformed" };
  const { pusher, repository, changes } = push;
  const told = repository.by === "path" ? repository.paths.slice(0, 1) : [];
  const about =
    repository.by === "id" ? { repositoryExternalId: repository.id } : { repositoryPath: told[0] ?? null };
  const facts = { kind: "push", pusher, ...about };
  const [only, ...more] = changes;
  if (!only || more.length > 0) return { ...facts, changes };
  return { ...facts, ...only };
}
