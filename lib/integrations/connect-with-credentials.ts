import { type ProjectContext, requirePermission } from "@/lib/access";
import { invalid } from "@/lib/errors";
import { acceptanceOf, areBreaksAccepted, isTestAccepted } from "@/lib/integrations/entered/acceptance";
import type { EnteredInput } from "@/lib/integrations/entered/input";
import { type Prepared, prepare, requireNameless } from "@/lib/integrations/entered/prepare";
import { storeEntered } from "@/lib/integrations/entered/store";
import { tryBound } from "@/lib/integrations/entered/try-bound";
import { limitTrials } from "@/lib/integrations/limit-attempts";
import type { EnteredOutcome } from "@/lib/integrations/views";
import type { Trial } from "@/lib/providers";

/**
 * Connects a host with what a person entered, or edits the credential of an integration: it is tested first, on the address and on
 * every repository that apps follow, and nothing is stored unless that passed or the person insists. Throws ConsoleError in words,
 * `rate_limited` for who tries host after host.
 */
export async function connectWithCredentials(
  ctx: ProjectContext,
  input: EnteredInput,
): Promise<EnteredOutcome> {
  requirePermission(ctx, "integration.manage");
  const typedEnd = endOf(input.expiresOn);
  const entered = await prepare(ctx, input);
  await limitTrials(ctx);
  const prepared = await withHost(entered);
  const { authorization, grant, existing, repository } = prepared;
  const trial = await authorization.test(grant, repository);
  const isAnswered = input.hostKind !== "" || isReached(trial) || grant.instance.hostKind !== "other";
  const hostKind = isAnswered ? (grant.instance.hostKind ?? "") : "";
  if (input.intent === "test") return { kind: "tested", trial: told(trial, isUnasked(input)), hostKind };
  const isInsisted = isTestAccepted(input);
  if (trial.outcome === "failed" && !isInsisted) return { kind: "failed", trial: told(trial), hostKind };
  const broken = existing ? await tryBound(authorization, grant, existing.id) : [];
  if (!areBreaksAccepted(broken, input)) {
    return { kind: "breaks", broken, acceptance: acceptanceOf(broken, isInsisted), hostKind };
  }
  const expiresAt = typedEnd ?? (trial.outcome === "works" ? await authorization.readExpiry(grant) : null);
  return { kind: "stored", ...(await storeEntered(ctx, { ...prepared, trial, expiresAt })) };
}

/** Found out where the person left it open, and where its API is in any case. A host that does not say is any other. */
async function withHost(prepared: Prepared): Promise<Prepared> {
  const { authorization, grant, repository } = prepared;
  const { hostKind, apiPath } = await authorization.findHost(grant.instance, repository);
  const instance = { ...grant.instance, hostKind: hostKind ?? "other", apiPath };
  if (grant.token && !grant.user) requireNameless(authorization, instance.hostKind);
  return { ...prepared, grant: { ...grant, instance } };
}

/** Only then is there an answer that tells no kind. */
const isReached = (trial: Trial): boolean =>
  trial.outcome === "works" ||
  !/^(?:address|unresolved|blocked|unreachable|too_slow|tls_.+)$/.test(trial.reason);

/** Nothing was entered, and nobody said that nothing is needed. */
const isUnasked = ({ isAnonymous, userName, token }: EnteredInput): boolean =>
  !isAnonymous && userName === "" && token === "";

function told(trial: Trial, isOpen = false) {
  if (trial.outcome === "failed") return { works: false, field: trial.field, sentence: trial.sentence };
  const more = isOpen ? " Everybody may read it: choose that no credential is needed, or enter one." : "";
  return { works: true, field: null, sentence: trial.sentence + more };
}

/** A token lives through the day that was entered, in UTC. */
function endOf(day: string): Date | null {
  if (day === "") return null;
  const end = new Date(`${day}T23:59:59Z`);
  if (end > new Date()) return end;
  const message = "This day is over. Enter the day on which the new token ends.";
  throw invalid(message, { expiresOn: message });
}
