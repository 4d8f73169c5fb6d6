import { randomUUID } from "node:crypto";
import { and, eq, isNotNull, lte, sql } from "drizzle-orm";
import { db, integrationIncidents, invitations, type MailOutcome, mails, notifications, run } from "@/db";
import { log, reportUnexpected } from "@/lib/log";
import { openMailBody } from "@/lib/mail/mail-body";
import { ended } from "@/lib/mail/queue-mail";
import { MailFailed, sendMail } from "@/lib/mail/send";
import { type MailSettings, mailSettings } from "@/lib/mail/settings";
import { VaultError } from "@/lib/vault";

/** Longer than a mail may take. */
const LEASE_SECONDS = 60;
const FIRST_RETRY_SECONDS = 15;
const LAST_RETRY_SECONDS = 1800;

type Claimed = {
  id: string;
  toAddress: string;
  subject: string;
  bodySealed: string;
  attempts: number;
  leaseToken: string;
};

const CLAIM = {
  name: "claim-mail",
  text: `update mails set lease_token = $1, lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
      attempts = attempts + 1
    where id = (
      select id from mails
      where attempt_at <= now() and finished_at is null and expires_at > now()
        and (lease_until is null or lease_until < now())
      order by attempt_at limit 1 for update skip locked)
    returning id, to_address as "toAddress", subject, body_sealed as "bodySealed", attempts,
      lease_token as "leaseToken"`,
};

/** Sends what is in line, one after the other, until nothing is due or the signal ends. Answers how many it tried. */
export async function runDueMails(signal: AbortSignal): Promise<number> {
  await giveUpExpired();
  await dropPointless();
  const settings = mailSettings();
  let count = 0;
  while (settings && !signal.aborted) {
    const [mail] = await run<Claimed>(db(), CLAIM, [randomUUID()]);
    if (!mail) break;
    count += 1;
    await attempt(settings, mail);
  }
  return count;
}

/** No server call happens in a transaction: claimed before, settled afterwards. */
async function attempt(settings: MailSettings, mail: Claimed): Promise<void> {
  try {
    const text = (await openMailBody(db(), mail.id, mail.bodySealed)).reveal();
    await sendMail(settings, { to: mail.toAddress, subject: mail.subject, text, id: mail.id });
    await settle(mail, "sent", null);
  } catch (error) {
    await settleFailure(mail, error);
  }
}

async function settleFailure(mail: Claimed, error: unknown): Promise<void> {
  if (error instanceof MailFailed) {
    log.warn({ mail: mail.id, code: error.code, attempts: mail.attempts }, error.message);
    return error.isFinal ? settle(mail, "refused", error.message) : postpone(mail, error.message);
  }
  if (error instanceof VaultError) {
    return settle(mail, "gave_up", "The sealed mail could not be opened.");
  }
  // The lease runs out and it is tried again, until its day is over.
  reportUnexpected(error, "mail");
}

const held = ({ id, leaseToken }: Claimed) => and(eq(mails.id, id), eq(mails.leaseToken, leaseToken));

async function settle(mail: Claimed, outcome: MailOutcome, lastError: string | null): Promise<void> {
  await db()
    .update(mails)
    .set({ outcome, lastError, ...ended })
    .where(held(mail));
}

async function postpone(mail: Claimed, lastError: string): Promise<void> {
  const seconds = Math.min(FIRST_RETRY_SECONDS * 2 ** (mail.attempts - 1), LAST_RETRY_SECONDS);
  await db()
    .update(mails)
    .set({
      lastError,
      leaseToken: null,
      leaseUntil: null,
      attemptAt: sql`now() + make_interval(secs => ${seconds})`,
    })
    .where(held(mail));
}

/**
 * What need not be said any more: the integration works again, the invitation ended. Looked at here, before each round, so that no verb
 * can forget it.
 */
async function dropPointless(): Promise<void> {
  const isOver = sql`exists (
      select 1 from ${notifications} join ${integrationIncidents} on ${integrationIncidents.id} = ${notifications.incidentId}
      where ${notifications.id} = ${mails.notificationId} and ${integrationIncidents.endedAt} is not null)
    or exists (
      select 1 from ${invitations}
      where ${invitations.id} = ${mails.invitationId} and ${invitations.endedAt} is not null)`;
  await db()
    .update(mails)
    .set({ outcome: "dropped", ...ended })
    .where(and(isInLine, sql`(${isOver})`));
}

/** A mail of yesterday helps nobody. */
async function giveUpExpired(): Promise<void> {
  await db()
    .update(mails)
    .set({ outcome: "gave_up", ...ended })
    .where(and(isInLine, lte(mails.expiresAt, sql`now()`)));
}

/** By the column that is indexed for it: a mail that has ended has no next attempt. */
const isInLine = isNotNull(mails.attemptAt);
