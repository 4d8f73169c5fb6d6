import type { integrations, Transaction } from "@/db";
import { endIncidents, transition } from "@/lib/credentials";

type Row = Pick<typeof integrations.$inferSelect, "id" | "projectId" | "pausedBy">;

/**
 * After another credential was put in an integration's place, in the same transaction. One that somebody paused stays paused, also if
 * its token died meanwhile: a new token is no wish to go on. Nobody is told any more of what the old one wanted.
 */
export async function noteReauthorized(tx: Transaction, { id, projectId, pausedBy }: Row): Promise<void> {
  const which = { projectId, integrationId: id };
  await transition(tx, which, { kind: "reauthorized" });
  if (pausedBy !== null) await transition(tx, which, { kind: "paused" });
  await endIncidents(tx, which);
}
