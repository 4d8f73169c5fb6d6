import { and, eq } from "drizzle-orm";
import { credentials, db, integrations, type Transaction } from "@/db";
import { providerActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { CredentialUnavailable } from "@/lib/credentials/errors";
import type { Usable, Which } from "@/lib/credentials/load";
import { statusSentence } from "@/lib/credentials/sentences";
import { type LostReason, transition } from "@/lib/credentials/status";
import { nameOf, ProviderUnavailable } from "@/lib/providers";

/**
 * Writes down that this token no longer works, unless somebody put another in its place meanwhile. Returns the error to
 * throw: try again in that case, otherwise the sentence for people. With a lease, only while it is held.
 */
export async function markLost(usable: Usable, reason: LostReason, lease?: string): Promise<Error> {
  const provider = nameOf(usable.instance);
  const isMarked = await db().transaction(async (tx) => {
    const current = await lockCurrent(tx, usable);
    if (current?.generation !== usable.credential?.generation) return false;
    if (lease !== undefined && current?.refreshLeaseToken !== lease) return false;
    if (current) await settleAttempts(tx, current.id);
    if (await transition(tx, usable, { kind: "lost", reason })) {
      await record(tx, providerActor(provider), {
        chain: usable.projectId,
        event: "integration.lost",
        subjectId: usable.integrationId,
        subjectName: usable.account,
        facts: { reason, fingerprint: usable.credential?.fingerprint ?? null },
      });
    }
    return true;
  });
  if (!isMarked) return justReplaced();
  const why = statusSentence({ status: "needs_reauthorization", reason, provider });
  const code = reason === "key_unavailable" ? "key_unavailable" : "needs_reauthorization";
  return new CredentialUnavailable(code, `${usable.account} needs re-authorization. ${why}`);
}

/** What was refused is not what is sealed now: whoever asked may ask again. */
export class CredentialReplaced extends ProviderUnavailable {}
export const justReplaced = () => new CredentialReplaced("The credential was just replaced.", "bad_answer");

/** Locks the integration before its credential, as every writer does. Null when the credential is gone. */
export async function lockCurrent(tx: Transaction, { projectId, integrationId }: Which) {
  await tx
    .select({ id: integrations.id })
    .from(integrations)
    .where(and(eq(integrations.projectId, projectId), eq(integrations.id, integrationId)))
    .for("update");
  const [row] = await tx
    .select()
    .from(credentials)
    .where(and(eq(credentials.projectId, projectId), eq(credentials.integrationId, integrationId)))
    .for("update");
  return row ?? null;
}

/** Nobody refreshes what is lost. */
async function settleAttempts(tx: Transaction, credentialId: string): Promise<void> {
  await tx
    .update(credentials)
    .set({ refreshLeaseToken: null, refreshLeaseUntil: null, refreshRetryAt: null })
    .where(eq(credentials.id, credentialId));
}
