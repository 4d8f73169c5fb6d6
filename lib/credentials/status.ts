import { and, eq, gt, inArray, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import {
  cleanups,
  type IntegrationReason,
  type IntegrationStatus,
  integrations,
  type Transaction,
} from "@/db";
import { endIncidents, openIncident } from "@/lib/credentials/incidents";
import { announce } from "@/lib/events";

/** `untrusted`: the host's certificate; `blocked`: our own rules of where may be connected to. */
export type DegradedReason = Extract<
  IntegrationReason,
  "unreachable" | "untrusted" | "blocked" | "rate_limited"
>;
export type LostReason = Exclude<IntegrationReason, DegradedReason>;

/** What can happen to an integration. */
export type IntegrationEvent =
  | { kind: "degraded"; reason: DegradedReason }
  | { kind: "recovered" }
  | { kind: "lost"; reason: LostReason }
  | { kind: "wiped"; reason: "instance_changed" }
  | { kind: "restored" }
  | { kind: "reauthorized" }
  | { kind: "paused" }
  | { kind: "resumed" }
  | { kind: "disconnected" }
  | { kind: "cleaned" };

type Rule = {
  from: readonly IntegrationStatus[];
  to: IntegrationStatus;
  /** Also where it is that already, for another reason. */
  isRenamed?: boolean;
  /** One that needs re-authorization for this reason moves as well, unless it is for the same again. */
  fromReason?: IntegrationReason;
};

/** The whole life of an integration on one screen. What is not listed here cannot happen. */
const TRANSITIONS: Record<IntegrationEvent["kind"], Rule> = {
  degraded: { from: ["active"], to: "degraded", isRenamed: true },
  recovered: { from: ["degraded"], to: "active" },
  // A suspension may end by itself. What is found out while it lasts does not: it is the reason from then on.
  lost: { from: ["active", "degraded", "paused"], to: "needs_reauthorization", fromReason: "suspended" },
  // Its credential was erased, whatever it was: the provider instance has another address or client.
  wiped: { from: ["active", "degraded", "paused", "needs_reauthorization"], to: "needs_reauthorization" },
  // The provider lifted what it had suspended: the same token works again, and nobody had to do anything here.
  restored: { from: ["needs_reauthorization"], to: "active" },
  reauthorized: { from: ["active", "degraded", "needs_reauthorization"], to: "active" },
  paused: { from: ["active", "degraded"], to: "paused" },
  resumed: { from: ["paused"], to: "active" },
  disconnected: {
    from: ["active", "degraded", "needs_reauthorization", "paused"],
    to: "disconnecting",
  },
  cleaned: { from: ["disconnecting"], to: "removed" },
};

/** A credential may be used in these; in all others access is refused in words. */
export const USABLE: readonly IntegrationStatus[] = ["active", "degraded"];
/** It still belongs to the project. */
export const CONNECTED: readonly IntegrationStatus[] = [
  "active",
  "degraded",
  "needs_reauthorization",
  "paused",
];

/** After these nobody is needed any more. */
const ENDING: readonly IntegrationEvent["kind"][] = ["restored", "reauthorized", "disconnected"];

type Which = { projectId: string; integrationId: string };

/** Moves an integration by the table, in one statement, and tells open pages. False when it was not in a status to move from. */
export async function transition(tx: Transaction, which: Which, event: IntegrationEvent): Promise<boolean> {
  const { to } = TRANSITIONS[event.kind];
  const moved = await tx
    .update(integrations)
    .set({
      status: to,
      statusReason: "reason" in event ? event.reason : null,
      statusSince: new Date(),
      checkAt: nextLook(event),
      ...(ENDING.includes(event.kind) || event.kind === "lost" || event.kind === "wiped"
        ? { revocationReportedAt: null }
        : {}),
      ...gapAfter(to),
    })
    .where(
      and(
        eq(integrations.projectId, which.projectId),
        eq(integrations.id, which.integrationId),
        mayMove(event),
      ),
    )
    .returning({ id: integrations.id });
  if (moved.length === 0) return false;
  if (event.kind === "lost" || event.kind === "wiped") await noteLoss(tx, which, event.reason);
  if (ENDING.includes(event.kind)) await endIncidents(tx, which);
  if (to === "active") await wakeCleanups(tx, which);
  await announce(tx, { kind: "integration", project: which.projectId });
  return true;
}

function mayMove(event: IntegrationEvent): SQL | undefined {
  const { from, to, fromReason, isRenamed } = TRANSITIONS[event.kind];
  const { status, statusReason } = integrations;
  const isFrom = inArray(status, [...from]);
  const reason = "reason" in event ? event.reason : null;
  if (isRenamed && reason) return or(isFrom, and(eq(status, to), ne(statusReason, reason)));
  if (!fromReason || reason === fromReason) return isFrom;
  return or(isFrom, and(eq(status, "needs_reauthorization"), eq(statusReason, fromReason)));
}

/** Hooks that wait to be deleted with this integration's credential are tried now. */
async function wakeCleanups(tx: Transaction, { projectId, integrationId }: Which): Promise<void> {
  await tx
    .update(cleanups)
    .set({ attemptAt: sql`least(${cleanups.attemptAt}, now())` })
    .where(
      and(
        eq(cleanups.projectId, projectId),
        eq(cleanups.integrationId, integrationId),
        isNull(cleanups.finishedAt),
        isNull(cleanups.tokenSealed),
        // Before its first try the hook's registration may still be under way.
        gt(cleanups.attempts, 0),
      ),
    );
}

/** What is degraded, or may be un-suspended, is looked at until it recovers; everything else is planned by the worker. */
function nextLook(event: IntegrationEvent) {
  if (event.kind === "degraded") return sql`now() + make_interval(secs => 45 + 30 * random())`;
  if (event.kind === "lost" && event.reason === "suspended") {
    return sql`now() + make_interval(mins => 15 + (15 * random())::int)`;
  }
  return null;
}

async function noteLoss(tx: Transaction, which: Which, reason: LostReason): Promise<void> {
  await endIncidents(tx, which, "expiring");
  await openIncident(tx, which, { kind: "needs_reauthorization", reason });
}

/**
 * Between not being usable for want of a person and being usable again lies a gap: what was pushed in it was missed. The status that
 * is compared is the one before.
 */
function gapAfter(to: IntegrationStatus): { gapFrom?: SQL; gapUntil?: SQL | null } {
  const { status, gapFrom, gapUntil } = integrations;
  const wasUsable = inArray(status, [...USABLE]);
  if (to === "paused" || to === "needs_reauthorization") {
    return { gapFrom: sql`case when ${wasUsable} then now() else ${gapFrom} end`, gapUntil: null };
  }
  return to === "active" ? { gapUntil: sql`case when ${wasUsable} then ${gapUntil} else now() end` } : {};
}
