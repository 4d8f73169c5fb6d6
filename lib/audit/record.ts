import type { KeyObject } from "node:crypto";
import { auditHeads, newId, run, type Transaction } from "@/db";
import type { Actor } from "@/lib/access";
import { GENESIS, headHash, type Link, linkHash } from "@/lib/audit/chain";
import { cleanText, type Facts, toJson } from "@/lib/audit/facts";
import { auditKey } from "@/lib/vault";

/** The chain of what belongs to no project. */
export const INSTANCE_CHAIN = "instance";

export type AuditEvent = {
  /** A project's id, or `instance`. */
  chain: string;
  /** What happened, in the past tense: `integration.connected`. */
  event: `${string}.${string}`;
  subjectId?: string | null;
  subjectName?: string | null;
  /** Plain data that explains it. Never a secret: its fingerprint. */
  facts?: Facts;
};

type Head = { seq: number; hash: string; keyId: string };

/**
 * Appends one event to a chain, in the transaction of the change that it records: without its row the change does not commit.
 * Holds the chain until the transaction ends, so call it last in a verb, and a project's chain before the instance's.
 */
export async function record(tx: Transaction, actor: Actor, entry: AuditEvent): Promise<void> {
  const facts = toJson(entry.facts ?? {});
  const head = await lockHead(tx, entry.chain);
  const { key } = await auditKey(tx, head.keyId);
  const link: Link = {
    id: newId("aud"),
    chain: entry.chain,
    seq: head.seq + 1,
    at: new Date(),
    actorKind: actor.kind,
    actorId: clean(actor.id),
    actorName: clean(actor.name),
    address: clean(actor.address),
    event: entry.event,
    subjectId: clean(entry.subjectId),
    subjectName: clean(entry.subjectName),
    facts,
    previousHash: await lastHash(tx, entry.chain),
  };
  await append(tx, link, linkHash(key, link), { key, before: head.hash });
}

const APPEND = {
  name: "append-audit-event",
  text: `with added as (
      insert into audit_events (id, chain, seq, at, actor_kind, actor_id, actor_name, address, event, subject_id,
        subject_name, facts, previous_hash, hash)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    )
    update audit_heads set seq = $3, hash = $15 where chain = $2`,
};

async function append(
  tx: Transaction,
  link: Link,
  hash: string,
  head: { key: KeyObject; before: string },
): Promise<void> {
  await run(tx, APPEND, [
    ...[link.id, link.chain, link.seq, link.at.toISOString()],
    ...[link.actorKind, link.actorId, link.actorName, link.address],
    ...[link.event, link.subjectId, link.subjectName, JSON.stringify(link.facts)],
    ...[link.previousHash, hash, headHash(head.key, head.before, link.seq, hash)],
  ]);
}

const clean = (text: string | null | undefined): string | null =>
  text === null || text === undefined ? null : cleanText(text);

async function lockHead(tx: Transaction, chain: string): Promise<Head> {
  const found = await selectHead(tx, chain);
  if (found) return found;
  const { id: keyId } = await auditKey(tx);
  const first = { seq: 0, hash: GENESIS, keyId };
  // A second first event waits here for the one before it, and finds its row afterwards.
  await tx
    .insert(auditHeads)
    .values({ chain, ...first })
    .onConflictDoNothing();
  return (await selectHead(tx, chain)) ?? first;
}

const LOCK_HEAD = {
  name: "lock-audit-head",
  text: `select seq::float8 as seq, hash, key_id as "keyId" from audit_heads where chain = $1 for update`,
};

async function selectHead(tx: Transaction, chain: string): Promise<Head | undefined> {
  const [head] = await run<Head>(tx, LOCK_HEAD, [chain]);
  return head;
}

// A statement of its own: one that had waited for the head would still see the rows of before.
const LAST_HASH = {
  name: "last-audit-hash",
  text: "select hash from audit_events where chain = $1 order by seq desc limit 1",
};

async function lastHash(tx: Transaction, chain: string): Promise<string> {
  const [last] = await run<{ hash: string }>(tx, LAST_HASH, [chain]);
  return last?.hash ?? GENESIS;
}
