import { and, eq, inArray, sql } from "drizzle-orm";
import { integrations, prepared } from "@/db";
import { CONNECTED } from "@/lib/credentials";

const NUMBERS = prepared((database) =>
  database
    .select({
      provider: integrations.provider,
      instanceId: integrations.instanceId,
      number: sql<number>`count(*)::int`,
    })
    .from(integrations)
    .where(
      and(
        eq(integrations.projectId, sql.placeholder("projectId")),
        inArray(integrations.status, [...CONNECTED]),
      ),
    )
    .groupBy(integrations.provider, integrations.instanceId)
    .prepare("connected-integrations"),
);

/** How many integrations a project has of each provider, and at each provider instance. */
export async function countConnected(projectId: string) {
  const byProvider = new Map<string, number>();
  const byInstance = new Map<string, number>();
  for (const { provider, instanceId, number } of await NUMBERS().execute({ projectId })) {
    byProvider.set(provider, (byProvider.get(provider) ?? 0) + number);
    if (instanceId) byInstance.set(instanceId, number);
  }
  return { byProvider, byInstance };
}
