import { and, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import { db, integrations } from "@/db";
import type { Usable, Which } from "@/lib/credentials/load";
import { transition } from "@/lib/credentials/status";
import type { ProviderUnavailable } from "@/lib/providers";

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

/** The provider is down or limits us. Nothing for a person to do. */
export async function noteUnavailable(usable: Usable, error: ProviderUnavailable): Promise<void> {
  if (usable.status !== "active") return;
  const reason = error.cause_ === "rate_limited" ? "rate_limited" : "unreachable";
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
