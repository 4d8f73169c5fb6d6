import { and, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import { db, integrations } from "@/db";
import type { Usable, Which } from "@/lib/credentials/load";
import { type DegradedReason, transition } from "@/lib/credentials/status";
import type { ProviderUnavailable, UnavailableCause } from "@/lib/providers";

/** The provider answered: a degraded integration works again. */
export async function noteAnswer(usable: Usable): Promise<void> {
  if (usable.status !== "degraded") return;
  await db().transaction((tx) => transition(tx, usable, { kind: "recovered" }));
}

/** Somebody or something used it. Written at most once a minute. */
export async function noteUse({ integrationId }: Which): Promise<void> {
  const minuteAgo = sql`now() - interval '1 minute'`;
  await db()
    .update(integrations)
    .set({ lastUsedAt: sql`now()` })
    .where(
      and(
        eq(integrations.id, integrationId),
        or(isNull(integrations.lastUsedAt), lt(integrations.lastUsedAt, minuteAgo)),
      ),
    );
}

const REASONS: Partial<Record<UnavailableCause, DegradedReason>> = {
  rate_limited: "rate_limited",
  untrusted: "untrusted",
  blocked: "blocked",
};

/** The provider is down, limits us, or cannot be connected to. The console goes on trying by itself. */
export async function noteUnavailable(usable: Usable, error: ProviderUnavailable): Promise<void> {
  const reason = REASONS[error.cause_] ?? "unreachable";
  const isNews = usable.status === "active" || (usable.status === "degraded" && usable.reason !== reason);
  if (!isNews) return;
  await db().transaction((tx) => transition(tx, usable, { kind: "degraded", reason }));
}

/**
 * The provider shows it a repository no longer. That is the business of the apps that follow it, unless the token may do less than
 * before: GitHub says no more than "not found" then. The health probe finds out; it comes now, and at most once a minute.
 */
export async function noteHidden({ integrationId }: Which): Promise<void> {
  await db()
    .update(integrations)
    .set({ checkAt: sql`now()` })
    .where(
      and(
        eq(integrations.id, integrationId),
        gt(integrations.checkAt, sql`now()`),
        or(isNull(integrations.probedAt), lt(integrations.probedAt, sql`now() - interval '1 minute'`)),
      ),
    );
}
