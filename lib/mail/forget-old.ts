import { and, lt, sql } from "drizzle-orm";
import { db, invitations, mails } from "@/db";

const KEPT_DAYS = 30;

/**
 * Deletes mails that ended thirty days ago: who was written to is nobody's business for ever. That of an invitation which is still
 * listed stays with it. Answers how many it deleted.
 */
export async function forgetOldMails(): Promise<number> {
  const isListed = sql`exists (select 1 from ${invitations}
    where ${invitations.id} = ${mails.invitationId} and ${invitations.endedAt} is null)`;
  const isOld = lt(mails.finishedAt, sql`now() - make_interval(days => ${KEPT_DAYS})`);
  const deleted = await db()
    .delete(mails)
    .where(and(isOld, sql`not ${isListed}`))
    .returning({ id: mails.id });
  return deleted.length;
}
