import { describe, expect, test } from "vitest";
import { isExpiring, warningDays } from "@/lib/credentials/ends";
import { type Care, firstCheck, isRefreshDue, nextCheck } from "@/lib/credentials/plan";

const now = new Date("2026-11-22T12:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const at = (ms: number) => new Date(now.getTime() + ms);

const PLAIN: Care = {
  status: "active",
  reason: null,
  since: at(-DAY),
  isUsed: true,
  isUnread: false,
  isRevocationReported: false,
  lifetime: {
    accessExpiresAt: null,
    refreshExpiresAt: null,
    issuedAt: at(-HOUR),
    isRefreshable: false,
    refreshProlongs: true,
  },
  retryAt: null,
};
/** As a GitHub App's: eight hours, and half a year. */
const APP: Care = {
  ...PLAIN,
  lifetime: {
    accessExpiresAt: at(7 * HOUR),
    refreshExpiresAt: at(184 * DAY),
    issuedAt: at(-HOUR),
    isRefreshable: true,
    refreshProlongs: true,
  },
};
const withLife = (care: Care, life: Partial<NonNullable<Care["lifetime"]>>): Care => ({
  ...care,
  lifetime: care.lifetime && { ...care.lifetime, ...life },
});
const inMinutes = (care: Care, random = 0.5): number | null => {
  const next = nextCheck(care, now, () => random);
  return next && (next.getTime() - now.getTime()) / MINUTE;
};

describe("the next look", () => {
  test("is a health probe, spread around six hours where an app uses it and a day where none does", () => {
    expect(inMinutes(PLAIN)).toBe(6 * 60);
    expect(inMinutes(PLAIN, 0)).toBe(4.5 * 60);
    expect(inMinutes(PLAIN, 1)).toBe(7.5 * 60);
    expect(inMinutes({ ...PLAIN, isUsed: false })).toBe(24 * 60);
  });

  test("comes before the access token ends, with time to spare", () => {
    const soon = withLife(APP, { accessExpiresAt: at(2 * HOUR), issuedAt: at(-6 * HOUR) });
    expect(inMinutes(soon)).toBe(90);
    expect(inMinutes(withLife(soon, { accessExpiresAt: at(10 * MINUTE), issuedAt: at(0) }))).toBe(7.5);
  });

  test("never comes for what only a person can mend, and soon for what may mend itself", () => {
    expect(inMinutes({ ...APP, status: "needs_reauthorization", reason: "revoked" })).toBeNull();
    expect(inMinutes({ ...PLAIN, status: "removed" })).toBeNull();
    expect(inMinutes({ ...PLAIN, status: "needs_reauthorization", reason: "suspended" })).toBe(6 * 60);
    expect(inMinutes({ ...PLAIN, status: "degraded", since: now })).toBe(1);
    expect(inMinutes({ ...PLAIN, status: "degraded", since: at(-DAY) })).toBe(15);
  });

  test("of a paused one is no probe and no refresh for use: only what keeps it alive, and warnings", () => {
    expect(inMinutes({ ...PLAIN, status: "paused" })).toBeNull();
    expect(inMinutes({ ...APP, status: "paused" })).toBeCloseTo((184 * DAY - HOUR) / 2 / MINUTE, 5);
    const halfway = withLife({ ...APP, status: "paused" }, { issuedAt: at(-200 * DAY) });
    expect(isRefreshDue(halfway, now)).toBe(true);
    expect(isRefreshDue({ ...APP, status: "paused" }, now)).toBe(false);
  });

  test("is at once for an app whose permissions nobody has read, and within a minute or so for a reported revocation", () => {
    expect(firstCheck({ ...APP, isUnread: true }, now)).toEqual(now);
    expect(firstCheck(APP, now)?.getTime()).toBeGreaterThan(now.getTime());
    expect(inMinutes({ ...APP, isUnread: true })).toBe(1);
    expect(inMinutes({ ...APP, isRevocationReported: true })).toBe(1);
  });

  test("waits as long as the provider asked, and never comes back at once", () => {
    const late = withLife(APP, { accessExpiresAt: at(-MINUTE), issuedAt: at(-8 * HOUR) });
    expect(inMinutes({ ...late, retryAt: at(20 * MINUTE) })).toBe(20);
    expect(isRefreshDue({ ...late, retryAt: at(20 * MINUTE) }, now)).toBe(false);
    expect(inMinutes(late)).toBeCloseTo(1 / 6, 5);
    expect(isRefreshDue(late, now)).toBe(true);
  });
});

describe("an end that only a person can put off", () => {
  test("is warned of at once where it is near already when it is connected: the next look may come after it", () => {
    const left = (ms: number) => withLife(PLAIN, { accessExpiresAt: at(ms) });
    for (const ms of [HOUR, 5 * DAY, 29 * DAY]) expect(firstCheck(left(ms), now)).toEqual(now);
    expect(firstCheck(left(31 * DAY), now)?.getTime()).toBeGreaterThan(now.getTime());
  });

  const ending = (left: number) =>
    ({ ...PLAIN.lifetime, accessExpiresAt: at(left) }) as NonNullable<Care["lifetime"]>;

  test("is warned of at 30, 7 and 1 days, and is expiring under seven", () => {
    expect([31, 29, 8, 6, 2, 0.9].map((days) => warningDays(ending(days * DAY), now))).toEqual([
      null,
      30,
      30,
      7,
      7,
      1,
    ]);
    expect([8, 6, 0.5].map((days) => isExpiring(ending(days * DAY), now))).toEqual([false, true, true]);
    expect(warningDays(ending(-HOUR), now)).toBeNull();
    expect(inMinutes({ ...PLAIN, lifetime: ending(30 * DAY + HOUR) })).toBe(60);
  });

  test("is none where every refresh prolongs it, unless refreshing has failed for long", () => {
    const short = { ...APP.lifetime, refreshExpiresAt: at(5 * DAY) } as NonNullable<Care["lifetime"]>;
    expect(isExpiring(short, now)).toBe(false);
    expect(isExpiring({ ...short, refreshProlongs: false }, now)).toBe(true);
    expect(isExpiring({ ...short, issuedAt: at(-180 * DAY) }, now)).toBe(true);
  });

  test("is not put off by refreshing what refreshing does not prolong", () => {
    const fixed = withLife(
      { ...APP, status: "paused" },
      { refreshProlongs: false, issuedAt: at(-200 * DAY) },
    );
    expect(isRefreshDue(fixed, now)).toBe(false);
    expect(inMinutes(fixed)).toBe((184 - 30) * 24 * 60);
  });
});
