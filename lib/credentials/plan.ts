import type { IntegrationReason, IntegrationStatus } from "@/db";
import { endOf, type Lifetime, warningDays, warningTimes } from "@/lib/credentials/ends";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PROBE_MS = { used: 6 * HOUR_MS, unused: 24 * HOUR_MS };
const LONGEST_LEAD_MS = 30 * MINUTE_MS;
const SOONEST_MS = 10_000;

/** What decides when an integration is looked after next. */
export type Care = {
  status: IntegrationStatus;
  reason: IntegrationReason | null;
  since: Date;
  /** Some app follows a repository through it. */
  isUsed: boolean;
  /** What its token reaches was never read. */
  isUnread: boolean;
  /** Null where the host is read without a credential. */
  lifetime: Lifetime | null;
  /** The provider told us of a revocation, and nobody has confirmed it yet. */
  isRevocationReported: boolean;
  /** No refresh before. */
  retryAt: Date | null;
};

/** The worker asks the provider by itself in these. A paused integration is left alone; a suspended one may come back. */
export const isProbed = ({ status, reason }: Pick<Care, "status" | "reason">): boolean =>
  status === "active" ||
  status === "degraded" ||
  (status === "needs_reauthorization" && reason === "suspended");

/**
 * Whether its tokens are to be replaced now: before the access token ends, so that nobody waits for it; and at half of the refresh
 * token's life, so that what nobody uses, and what is paused, stays alive.
 */
export function isRefreshDue(care: Care, now: Date): boolean {
  if (care.retryAt && care.retryAt > now) return false;
  return refreshTimes(care, 1.25).some((time) => time <= now);
}

/** The first look after something was connected, resumed or mended: at once where it was never read, or where its end is near already. */
export function firstCheck(care: Care, now: Date): Date | null {
  const isNeverRead = care.isUnread && care.status === "active";
  const isEndNear = care.lifetime !== null && warningDays(care.lifetime, now) !== null;
  return isNeverRead || isEndNear ? now : nextCheck(care, now);
}

/** When to look again; null when nothing but a person changes anything. `random` spreads what was connected at the same moment. */
export function nextCheck(care: Care, now: Date, random: () => number = Math.random): Date | null {
  if (care.status !== "paused" && !isProbed(care)) return null;
  const jitter = 0.75 + random() / 2;
  const refreshes = refreshTimes(care, jitter).map((time) => later(time, care.retryAt));
  const warnings = (care.lifetime ? warningTimes(care.lifetime) : []).filter((time) => time > now);
  const probes = isProbed(care) ? [new Date(now.getTime() + pauseOf(care, now) * jitter)] : [];
  if (isPressing(care)) probes.push(new Date(now.getTime() + MINUTE_MS * jitter));
  const soonest = now.getTime() + SOONEST_MS;
  const times = [...refreshes, ...warnings, ...probes].map((time) => Math.max(time.getTime(), soonest));
  return times.length === 0 ? null : new Date(Math.min(...times));
}

/**
 * Worth another look in a minute, and never at once: what could not be asked just now would be asked for without end. What is lost
 * already has nothing to be confirmed.
 */
const isPressing = ({ isRevocationReported, isUnread, status }: Care): boolean =>
  (isRevocationReported && status !== "needs_reauthorization") || (isUnread && status === "active");

/** Degraded ones are asked soon, and less often the longer it lasts. */
function pauseOf(care: Care, now: Date): number {
  if (care.status !== "degraded") return care.isUsed ? PROBE_MS.used : PROBE_MS.unused;
  return Math.min(Math.max((now.getTime() - care.since.getTime()) / 2, MINUTE_MS), 15 * MINUTE_MS);
}

function refreshTimes({ status, lifetime }: Care, jitter: number): Date[] {
  if (!lifetime?.isRefreshable || status === "needs_reauthorization") return [];
  const { accessExpiresAt, issuedAt, refreshProlongs } = lifetime;
  const times: Date[] = [];
  if (accessExpiresAt && status !== "paused") {
    const lead = Math.min((accessExpiresAt.getTime() - issuedAt.getTime()) / 4, LONGEST_LEAD_MS);
    times.push(new Date(accessExpiresAt.getTime() - lead * jitter));
  }
  const end = endOf(lifetime);
  if (end && refreshProlongs) times.push(new Date((end.getTime() + issuedAt.getTime()) / 2));
  return times;
}

const later = (time: Date, bound: Date | null): Date => (bound && bound > time ? bound : time);
