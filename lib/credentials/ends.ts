const DAY_MS = 86_400_000;
/** People are warned when fewer days than these are left, once for each. */
const WARN_DAYS = [1, 7, 30] as const;
const EXPIRING_DAYS = 7;

export type Lifetime = {
  accessExpiresAt: Date | null;
  refreshExpiresAt: Date | null;
  issuedAt: Date;
  isRefreshable: boolean;
  /** Each refresh moves the end of the whole authorization. */
  refreshProlongs: boolean;
};

/** When nothing but a person can prolong it any more; null where no end is promised. */
export const endOf = (of: Lifetime): Date | null =>
  of.isRefreshable ? of.refreshExpiresAt : of.accessExpiresAt;

/** How many days before the end it is worth a warning now: 30, 7 or 1, whichever was passed last; null when none was. */
export function warningDays(of: Lifetime, now: Date): number | null {
  const left = timeLeft(of, now);
  if (left === null || left <= 0) return null;
  return WARN_DAYS.find((days) => left < days * DAY_MS) ?? null;
}

/** Under seven days and not refreshable. */
export function isExpiring(of: Lifetime, now: Date): boolean {
  const left = timeLeft(of, now);
  return left !== null && left < EXPIRING_DAYS * DAY_MS;
}

/** The moments at which a warning is due, and the end itself. */
export function warningTimes(of: Lifetime): Date[] {
  const end = endOf(of);
  if (!end) return [];
  return [0, ...WARN_DAYS].map((days) => new Date(end.getTime() - days * DAY_MS));
}

/**
 * Null while there is nothing to worry about. An authorization that every refresh prolongs is far from its end unless refreshing has
 * failed for long: less than a quarter of its life is left then.
 */
function timeLeft(of: Lifetime, now: Date): number | null {
  const end = endOf(of);
  if (!end) return null;
  const left = end.getTime() - now.getTime();
  const isProlonged = of.isRefreshable && of.refreshProlongs;
  return isProlonged && left > (end.getTime() - of.issuedAt.getTime()) / 4 ? null : left;
}
