import { eq, sql } from "drizzle-orm";
import { type AttemptPurpose, pendingGrants, type Transaction } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { sealTokens } from "@/lib/integrations/authorization/grant-token";
import type { Granted } from "@/lib/integrations/authorization/granted";
import { withdrawGrant } from "@/lib/integrations/authorization/withdraw";

/** How long a grant waits for its person. */
export const GRANT_SECONDS = 600;

type Kept = { purpose: AttemptPurpose; integrationId: string; granted: Granted };

/**
 * Seals what was granted for an integration that exists already, bound to the person and the session that asked for it. One waits
 * for each integration: an earlier one is superseded, its token revoked.
 */
export async function keepGrant(tx: Transaction, ctx: ProjectContext, kept: Kept): Promise<string> {
  const { integrationId, purpose, granted } = kept;
  const { instance, account, tokens } = granted;
  const [earlier] = await tx
    .select()
    .from(pendingGrants)
    .where(eq(pendingGrants.integrationId, integrationId))
    .for("update");
  if (earlier) await withdrawGrant(tx, ctx.actor, earlier, "superseded");
  const place = { projectId: ctx.projectId, origin: instance.origin };
  const values = {
    ...place,
    ...(await sealTokens(tx, place, tokens)),
    integrationId,
    instanceId: instance.id,
    userId: ctx.user.id,
    sessionId: ctx.sessionId,
    purpose,
    accountId: account.id,
    accountLogin: account.login,
    requestedScopes: [...granted.requestedScopes],
    grantedScopes: tokens.scopes,
    expiresAt: sql`now() + make_interval(secs => ${GRANT_SECONDS})`,
  };
  await tx.insert(pendingGrants).values(values);
  return values.id;
}
