import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { type IncidentKind, integrationIncidents, type Transaction } from "@/db";
import type { LostReason } from "@/lib/credentials/status";

type Which = { projectId: string; integrationId: string };
type Opened = { kind: "needs_reauthorization"; reason: LostReason } | { kind: "expiring"; days: number };

/**
 * Begins a time during which somebody is needed. What is open already stays one incident, so that people are told once, with the reason
 * of now; fewer days left are another one. False when it was open.
 */
export async function openIncident(tx: Transaction, which: Which, opened: Opened): Promise<boolean> {
  if (opened.kind === "expiring") {
    const isStale = sql`${integrationIncidents.days} > ${opened.days}`;
    await end(tx, which, and(eq(integrationIncidents.kind, "expiring"), isStale));
  }
  if (await insert(tx, { ...which, ...opened })) return true;
  if (opened.kind === "needs_reauthorization")
    await tx.update(integrationIncidents).set(opened).where(isOpen(which, opened.kind));
  return false;
}

const isOpen = ({ projectId, integrationId }: Which, kind: IncidentKind) =>
  and(
    eq(integrationIncidents.projectId, projectId),
    eq(integrationIncidents.integrationId, integrationId),
    eq(integrationIncidents.kind, kind),
    isNull(integrationIncidents.endedAt),
  );

type Leftover = { projectId: string; integrationId: string | null; origin: string };

/** Something of ours may be left at a provider for good: a person has to look. Ended by them, not by the integration's life. */
export const openLeftover = (tx: Transaction, leftover: Leftover): Promise<boolean> =>
  insert(tx, { ...leftover, kind: "cleanup_gave_up" });

async function insert(tx: Transaction, values: typeof integrationIncidents.$inferInsert): Promise<boolean> {
  const made = await tx
    .insert(integrationIncidents)
    .values(values)
    .onConflictDoNothing()
    .returning({ id: integrationIncidents.id });
  return made.length > 0;
}

/** It works again, or nobody has to care any more. */
export const endIncidents = (tx: Transaction, which: Which, kind?: IncidentKind): Promise<void> =>
  end(
    tx,
    which,
    kind ? eq(integrationIncidents.kind, kind) : ne(integrationIncidents.kind, "cleanup_gave_up"),
  );

async function end(tx: Transaction, which: Which, some: ReturnType<typeof and>): Promise<void> {
  await tx
    .update(integrationIncidents)
    .set({ endedAt: sql`now()` })
    .where(
      and(
        eq(integrationIncidents.projectId, which.projectId),
        eq(integrationIncidents.integrationId, which.integrationId),
        isNull(integrationIncidents.endedAt),
        some,
      ),
    );
}
