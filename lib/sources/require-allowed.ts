import { and, eq } from "drizzle-orm";
import { db, type Executor, integrations } from "@/db";
import { isAllowed, notAllowedSentence } from "@/lib/credentials";
import { invalid } from "@/lib/errors";

/** For a repository that a person chooses: throws `invalid` at its field when the integration's allow-list does not name it. */
export async function requireAllowed(
  projectId: string,
  integrationId: string,
  externalId: string,
  executor: Executor = db(),
): Promise<void> {
  const message = await refusalOf(projectId, integrationId, externalId, executor);
  if (message !== null) throw invalid(message, { repository: message });
}

/** Why apps may not use a repository through an integration; null where they may. */
export async function refusalOf(
  projectId: string,
  integrationId: string,
  externalId: string,
  executor: Executor = db(),
): Promise<string | null> {
  const [row] = await executor
    .select({ isRestricted: integrations.isRestricted, account: integrations.accountLogin })
    .from(integrations)
    .where(and(eq(integrations.projectId, projectId), eq(integrations.id, integrationId)));
  if (!row || (await isAllowed({ integrationId, isRestricted: row.isRestricted }, externalId, executor)))
    return null;
  return notAllowedSentence(row.account);
}
