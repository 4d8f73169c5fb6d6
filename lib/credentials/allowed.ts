import { and, eq } from "drizzle-orm";
import { allowedRepositories, db, type Executor } from "@/db";

/** Whether apps may use a repository through a restricted integration. One that is not restricted allows everything it reaches. */
export async function isAllowed(
  integration: { integrationId: string; isRestricted: boolean },
  externalId: string,
  executor: Executor = db(),
): Promise<boolean> {
  if (!integration.isRestricted) return true;
  const [row] = await executor
    .select({ externalId: allowedRepositories.externalId })
    .from(allowedRepositories)
    .where(
      and(
        eq(allowedRepositories.integrationId, integration.integrationId),
        eq(allowedRepositories.externalId, externalId),
      ),
    );
  return row !== undefined;
}

/** For whoever wants to use it all the same. */
export const notAllowedSentence = (account: string): string =>
  `The allow-list of ${account} does not name this repository. An owner or admin can add it on the integration's page.`;
