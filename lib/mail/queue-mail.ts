import { sql } from "drizzle-orm";
import { mails, newId, type Transaction } from "@/db";
import { sealMailBody } from "@/lib/mail/mail-body";
import { mailIsConfigured } from "@/lib/mail/settings";
import type { Secret } from "@/lib/secret";

/** A mail is about one thing, and goes with it. */
type About = { notificationId: string } | { invitationId: string };

type NewMail = { about: About; to: string; subject: string; body: Secret };

/**
 * Puts a mail in line, in the transaction of what it tells; the worker sends it, for a day at most. False where the console has no
 * mail server: then nothing is kept.
 */
export async function queueMail(tx: Transaction, { about, to, subject, body }: NewMail): Promise<boolean> {
  if (!mailIsConfigured()) return false;
  const id = newId("mal");
  await tx.insert(mails).values({
    ...{ id, ...about, toAddress: to, subject },
    bodySealed: await sealMailBody(tx, id, body),
    attemptAt: sql`now()`,
    expiresAt: sql`now() + interval '1 day'`,
  });
  return true;
}

/** What every end of a mail has in common: its text is erased. */
export const ended = {
  bodySealed: null,
  attemptAt: null,
  leaseToken: null,
  leaseUntil: null,
  finishedAt: sql`now()`,
};
