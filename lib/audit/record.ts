import { desc, eq } from "drizzle-orm";
import { auditEvents, auditHeads, newId, type Transaction } from "@/db";
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
  const hash = linkHash(key, link);
  await tx.insert(auditEvents).values({ ...link, hash });
  await tx
    .update(auditHeads)
    .set({ seq: link.seq, hash: headHash(key, head.hash, link.seq, hash) })
    .where(eq(auditHeads.chain, entry.chain));
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

async function selectHead(tx: Transaction, chain: string): Promise<Head | undefined> {
  const [head] = await tx
    .select({ seq: auditHeads.seq, hash: auditHeads.hash, keyId: auditHeads.keyId })
    .from(auditHeads)
    .where(eq(auditHeads.chain, chain))
    .for("update");
  return head;
}

// A statement of its own: one that had waited for the head would still see the rows of before.
async function lastHash(tx: Transaction, chain: string): Promise<string> {
  const [last] = await tx
    .select({ hash: auditEvents.hash })
    .from(auditEvents)
    .where(eq(auditEvents.chain, chain))
    .orderBy(desc(auditEvents.seq))
    .limit(1);
  return last?.hash ?? GENESIS;
}
