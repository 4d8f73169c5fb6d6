import { createHmac, type KeyObject } from "node:crypto";
import type { ActorKind } from "@/db";
import { canonical, type JsonObject } from "@/lib/audit/facts";

const ROW_LABEL = "skytells-console/audit/row/v1\0";
const HEAD_LABEL = "skytells-console/audit/head/v1\0";

/** What a row's hash covers: everything that is stored, and the hash of the row before. */
export type Link = {
  chain: string;
  seq: number;
  id: string;
  at: Date;
  actorKind: ActorKind;
  actorId: string | null;
  actorName: string | null;
  address: string | null;
  event: string;
  subjectId: string | null;
  subjectName: string | null;
  /** As stored: cleaned before, and never again. */
  facts: JsonObject;
  previousHash: string;
};

/** What the first row names as the one before it, and what a head starts from. */
export const GENESIS = "";

/** The HMAC of a row. Who can write to the database, but has no key, cannot make one. */
export function linkHash(key: KeyObject, link: Link): string {
  const { chain, seq, id, at, event, previousHash } = link;
  const actor = [link.actorKind, link.actorId, link.actorName, link.address];
  const subject = [link.subjectId, link.subjectName];
  const covered = [chain, seq, id, at.toISOString(), event, actor, subject, link.facts, previousHash];
  return createHmac("sha256", key).update(ROW_LABEL).update(canonical(covered)).digest("hex");
}

/**
 * The head after a row: a running HMAC over every row so far. It stands in no row, so whoever cuts off the last rows cannot put
 * back the head that went with the ones before; and a head once forged stays wrong, whatever is appended to it.
 */
export function headHash(key: KeyObject, head: string, seq: number, rowHash: string): string {
  const text = canonical([head, seq, rowHash]);
  return createHmac("sha256", key).update(HEAD_LABEL).update(text).digest("hex");
}
