import { and, count, countDistinct, eq, ne } from "drizzle-orm";
import { integrations, providerInstances, type Transaction } from "@/db";
import type { Actor } from "@/lib/access";
import { conflict } from "@/lib/errors";
import type { InstanceRow } from "@/lib/instances/load";

/**
 * What an account's token was issued by and is sent to: it is worth nothing, or would be told to a stranger, when one of them
 * changes.
 */
const GRANTED_TO = ["origin", "apiUrl", "clientId", "clientType"] as const;
type Grantor = Pick<InstanceRow, (typeof GRANTED_TO)[number]>;

/** What erases everything that was sealed for an instance, in the caller's transaction. Lives above this module. */
export type WipeGrants = (
  tx: Transaction,
  by: Actor,
  change: { instance: InstanceRow; origin: string },
) => Promise<void>;

/** True when tokens that were granted so far must not be used after the change. */
export const endsGrants = (before: Grantor, after: Grantor): boolean =>
  GRANTED_TO.some((field) => before[field] !== after[field]);

/** True when what is sent to the instance goes somewhere else afterwards. */
export const movesAddress = (before: Grantor, after: Grantor): boolean =>
  before.origin !== after.origin || before.apiUrl !== after.apiUrl;

export type Used = { integrations: number; projects: number };

/** How many integrations of how many projects were authorized there and are not removed. */
export async function countUse(tx: Transaction, instanceId: string): Promise<Used> {
  const [used] = await tx
    .select({ integrations: count(), projects: countDistinct(integrations.projectId) })
    .from(integrations)
    .where(and(eq(integrations.instanceId, instanceId), ne(integrations.status, "removed")));
  return used ?? { integrations: 0, projects: 0 };
}

/** Takes an instance for a change. Reads and foreign keys of others go on; a second change waits. */
export async function lockInstance(tx: Transaction, id: string): Promise<InstanceRow | null> {
  const [row] = await tx
    .select()
    .from(providerInstances)
    .where(eq(providerInstances.id, id))
    .for("no key update");
  return row ?? null;
}

/** Environment-managed instances are changed where they are set. */
export function refuseEnvironments(row: InstanceRow): void {
  if (row.managedBy !== "environment") return;
  throw conflict("The environment sets this one (GITHUB_…). Change the variables and start again.");
}
