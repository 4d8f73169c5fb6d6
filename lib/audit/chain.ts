import { createHmac, type KeyObject } from "node:crypto";
import type { ActorKind } from "@/db";
import { canonical, type Facts, toJson } from "@/lib/audit/facts";

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
  facts: Facts;
  previousHash: string;
};

/** What the first row names as the one before it, and what a head starts from. */
export const GENESIS = "";

/** The HMAC of a row. Who can write to the database, but has no key, cannot make one. */
export function linkHash(key: KeyObject, link: Link): string {
  const { at, facts, ...texts } = link;
  const text = canonical({ ...texts, at: at.toISOString(), facts: toJson(facts) });
  return createHmac("sha256", key).update("skytells-console/audit/row/v1\0").update(text).digest("hex");
}

/**
 * The head after a row: a running HMAC over every row so far. It stands in no row, so whoever cuts off the last rows cannot put
 * back the head that went with the ones before; and a head once forged stays wrong, whatever is appended to it.
 */
export function headHash(key: KeyObject, head: string, seq: number, rowHash: string): string {
  const text = canonical([head, seq, rowHash]);
  return createHmac("sha256", key).update("skytells-console/audit/head/v1\0").update(text).digest("hex");
}
