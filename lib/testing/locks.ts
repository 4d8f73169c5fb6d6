import { and, eq, sql } from "drizzle-orm";
import { db, members } from "@/db";
import type { Desk } from "@/lib/testing/forge";

/** Resolves once some transaction of this database waits for another one. */
export async function somebodyWaits(): Promise<void> {
  const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await db().execute(waiting)).rows.length === 0);
}

/**
 * Takes a person's role away while `attempt` is under way: whatever reads the role sees the old one until the attempt waits for the
 * change, which then is done.
 */
export async function losingRole<T>(
  { projectId, person }: Pick<Desk, "projectId" | "person">,
  attempt: () => Promise<T>,
): Promise<T> {
  let answer: Promise<T> | undefined;
  await db().transaction(async (tx) => {
    const mine = and(eq(members.projectId, projectId), eq(members.userId, person.id));
    await tx.update(members).set({ role: "member" }).where(mine);
    answer = attempt();
    // Its refusal is the caller's to see, at the end; until then nobody listens, which would end the process.
    answer.catch(() => undefined);
    await somebodyWaits();
  });
  return (await answer) as T;
}
