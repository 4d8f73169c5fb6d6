import { newId, run, type Transaction } from "@/db";
import type { DeliveryOutcome } from "@/db/schema";
import type { IntakeHook } from "@/lib/webhooks/hook";

export type Received = {
  deliveryId: string;
  event: string;
  bodyHash: string;
  facts: Record<string, unknown>;
};

export type Stored = { id: string; isNew: boolean; outcome: DeliveryOutcome };

// A concurrent twin waits here for the first one's commit and then counts as a repeat.
const STORE = {
  name: "store-delivery",
  text: `insert into deliveries (id, project_id, repository_id, hook_id, delivery_id, event, body_hash, facts, outcome)
    values ($1, $2, $3, $4, $5, $6, $7, $8, 'ignored')
    on conflict (hook_id, delivery_id) do update set repeats = deliveries.repeats + 1
    returning id, xmax = 0 as "isNew", outcome`,
};

/** Stores a delivery, or counts one more repeat of it. Its outcome is `ignored` until `concludeDelivery` says more. */
export async function storeDelivery(tx: Transaction, hook: IntakeHook, received: Received): Promise<Stored> {
  const [stored] = await run<Stored>(tx, STORE, [
    newId("dlv"),
    hook.projectId,
    hook.repositoryId,
    hook.id,
    received.deliveryId,
    received.event,
    received.bodyHash,
    JSON.stringify(received.facts),
  ]);
  if (!stored) throw new Error("A delivery could not be stored.");
  return stored;
}

const CONCLUDE = {
  name: "conclude-delivery",
  text: "update deliveries set outcome = $2, push_id = $3 where id = $1",
};

export async function concludeDelivery(
  tx: Transaction,
  id: string,
  outcome: DeliveryOutcome,
  pushId: string | null = null,
): Promise<void> {
  await run(tx, CONCLUDE, [id, outcome, pushId]);
}

const TELL = `select pg_notify('console', jsonb_build_object('kind', 'integration', 'project', project_id)::text)`;

const NOTE = {
  name: "note-delivery",
  text: `with noted as (
      update hooks set last_delivery_at = now(), check_at = case when status = 'active' then check_at else now() end
      where id = $1 returning project_id
    )
    ${TELL} from noted`,
};
const NOTE_FOREIGN = { name: "note-foreign-delivery", text: `${TELL} from hooks where id = $1` };

/**
 * Notes that the hook is heard, and tells the open pages; one that was thought broken is looked at again at once. A call about another
 * repository is no sign that this one's pushes are told.
 */
export async function noteCall(tx: Transaction, hook: IntakeHook, isOwn: boolean): Promise<void> {
  if (hook.isNoteDue) await run(tx, isOwn ? NOTE : NOTE_FOREIGN, [hook.id]);
}
