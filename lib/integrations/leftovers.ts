import { and, eq, inArray, sql } from "drizzle-orm";
import { cleanups, db, type IncidentKind, integrationIncidents } from "@/db";

/** What the console could not take back at a provider. */
export type Leftovers = { repositories: string[]; hasToken: boolean };

type Some = readonly { id: string; kind: IncidentKind }[];

/** What is left for each of these incidents that is about leftovers. */
export async function leftoversOf(incidents: Some): Promise<Map<string, Leftovers>> {
  const ids = incidents.filter(({ kind }) => kind === "cleanup_gave_up").map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const rows = await db()
    .select({ id: integrationIncidents.id, target: cleanups.target })
    .from(integrationIncidents)
    .innerJoin(
      cleanups,
      and(
        eq(cleanups.projectId, integrationIncidents.projectId),
        eq(cleanups.origin, integrationIncidents.origin),
        sql`${cleanups.integrationId} is not distinct from ${integrationIncidents.integrationId}`,
        sql`${cleanups.finishedAt} >= ${integrationIncidents.openedAt}`,
        inArray(cleanups.outcome, ["gave_up", "refused", "forgotten"]),
      ),
    )
    .where(inArray(integrationIncidents.id, ids));
  const found = new Map<string, Leftovers>();
  for (const { id, target } of rows) {
    const { repositories, hasToken } = found.get(id) ?? { repositories: [], hasToken: false };
    found.set(id, {
      repositories:
        target.kind === "delete_hook"
          ? [...new Set([...repositories, target.repositoryName])].sort()
          : repositories,
      hasToken: hasToken || target.kind === "revoke_token",
    });
  }
  return found;
}
