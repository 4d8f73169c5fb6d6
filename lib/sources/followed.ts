import { and, inArray, isNotNull } from "drizzle-orm";
import { db, sources } from "@/db";

/** Which of these repositories some app still follows through an integration. */
export async function followedAmong(repositoryIds: readonly string[]): Promise<Set<string>> {
  if (repositoryIds.length === 0) return new Set();
  const rows = await db()
    .selectDistinct({ id: sources.repositoryId })
    .from(sources)
    .where(and(inArray(sources.repositoryId, [...repositoryIds]), isNotNull(sources.integrationId)));
  return new Set(rows.map(({ id }) => id));
}
