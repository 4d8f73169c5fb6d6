import { and, desc, eq, lt } from "drizzle-orm";
import { type ActorKind, auditEvents, db } from "@/db";
import type { Facts } from "@/lib/audit/facts";

/** An event as a page shows it. */
export type AuditEventView = {
  id: string;
  seq: number;
  at: Date;
  actorKind: ActorKind;
  actorId: string | null;
  actorName: string | null;
  address: string | null;
  event: string;
  subjectId: string | null;
  subjectName: string | null;
  facts: Facts;
};

export type AuditPage = {
  /** At most this many; 50 unless told, 200 at most. */
  limit?: number;
  /** Only events with a smaller `seq`: the last one of the page before. */
  before?: number;
  /** Only what this person did. */
  actorId?: string;
  /** Only what this was done to. */
  subjectId?: string;
};

/** A chain's events, newest first. The caller has checked that they may be seen. */
export async function listEvents(chain: string, page: AuditPage = {}): Promise<AuditEventView[]> {
  const { limit = 50, before, actorId, subjectId } = page;
  return db()
    .select({
      id: auditEvents.id,
      seq: auditEvents.seq,
      at: auditEvents.at,
      actorKind: auditEvents.actorKind,
      actorId: auditEvents.actorId,
      actorName: auditEvents.actorName,
      address: auditEvents.address,
      event: auditEvents.event,
      subjectId: auditEvents.subjectId,
      subjectName: auditEvents.subjectName,
      facts: auditEvents.facts,
    })
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.chain, chain),
        before === undefined ? undefined : lt(auditEvents.seq, before),
        actorId === undefined ? undefined : eq(auditEvents.actorId, actorId),
        subjectId === undefined ? undefined : eq(auditEvents.subjectId, subjectId),
      ),
    )
    .orderBy(desc(auditEvents.seq))
    .limit(Math.min(Math.max(1, limit), 200));
}
