import { eq } from "drizzle-orm";
import { db, type IntegrationStatus, integrations } from "@/db";
import { systemActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { type CareNow, loadCare } from "@/lib/credentials/care";
import { confirmDeath } from "@/lib/credentials/confirm";
import { countUse } from "@/lib/credentials/count-use";
import { endOf, warningDays } from "@/lib/credentials/ends";
import { openIncident } from "@/lib/credentials/incidents";
import { type Admission, isRefreshable, loadUsable, type Which } from "@/lib/credentials/load";
import { CredentialReplaced } from "@/lib/credentials/lost";
import { isProbed, isRefreshDue } from "@/lib/credentials/plan";
import { probeCredential } from "@/lib/credentials/probe";
import { refreshCredential } from "@/lib/credentials/refresh";
import { openGrant } from "@/lib/credentials/with-credential";
import { announce } from "@/lib/events";

/** A paused integration is not used, but what it needs in order to be resumed is kept. */
const CARED_FOR: readonly IntegrationStatus[] = ["active", "degraded", "paused"];
const caredFor: Admission = ({ status }) => CARED_FOR.includes(status);

/**
 * Looks after one integration: confirms a revocation that the provider told us of, replaces tokens before they end, asks whether it
 * still works as it should, and warns of an end that nobody but a person can put off. True when it
 * works again after a suspension. Throws what withCredential throws.
 */
export async function lookAfter(which: Which): Promise<boolean> {
  const care = await loadCare(which);
  if (!care) return false;
  await warn(care);
  const isCaredFor = CARED_FOR.includes(care.status);
  if (isCaredFor && care.isRevocationReported) await confirmReport(which);
  else if (isCaredFor && isRefreshDue(care, care.now)) await keepAlive(which);
  return isProbed(care) && (await probeCredential(which));
}

async function keepAlive(which: Which): Promise<void> {
  const usable = await loadUsable(which, db(), caredFor);
  if (isRefreshable(usable)) await refreshCredential(usable, CARED_FOR);
}

/** Told is not proven: the token itself decides. */
async function confirmReport(which: Which): Promise<void> {
  const usable = await loadUsable(which, db(), caredFor);
  await countUse({ ...which, purpose: "confirm" });
  // An access token that has ended proves nothing: only a refresh can tell.
  const answer =
    usable.isExpired && isRefreshable(usable)
      ? await refreshCredential(usable, CARED_FOR)
      : await confirmDeath(usable, await openGrant(usable), CARED_FOR);
  if (answer instanceof Error && !(answer instanceof CredentialReplaced)) throw answer;
  await db()
    .update(integrations)
    .set({ revocationReportedAt: null })
    .where(eq(integrations.id, which.integrationId));
}

async function warn({ projectId, integrationId, status, lifetime, now }: CareNow): Promise<void> {
  const days = lifetime && CARED_FOR.includes(status) ? warningDays(lifetime, now) : null;
  if (!lifetime || days === null) return;
  const which = { projectId, integrationId };
  await db().transaction(async (tx) => {
    if (!(await openIncident(tx, which, { kind: "expiring", days }))) return;
    const [row] = await tx
      .select({ account: integrations.accountLogin })
      .from(integrations)
      .where(eq(integrations.id, integrationId));
    await record(tx, systemActor("console"), {
      chain: projectId,
      event: "integration.expiring",
      subjectId: integrationId,
      ...(row ? { subjectName: row.account } : {}),
      facts: { days, endsAt: endOf(lifetime)?.toISOString() ?? null },
    });
    await announce(tx, { kind: "integration", project: projectId });
  });
}
