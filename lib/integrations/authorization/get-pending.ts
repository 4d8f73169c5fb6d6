import { eq } from "drizzle-orm";
import { db, integrations, pendingGrants } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { ofPerson } from "@/lib/integrations/authorization/confirm";
import type { GrantRow } from "@/lib/integrations/authorization/grant-token";
import type { IntegrationRow } from "@/lib/integrations/authorization/place";
import { weighGrant } from "@/lib/integrations/authorization/weigh";
import type { PendingGrantView, ScopeComparison } from "@/lib/integrations/views";
import { oauthOf } from "@/lib/providers";

/**
 * What waits for this person's word, and what it would change, as things are now. Null for a grant that was used, discarded or
 * superseded, that is too old, or that is somebody else's: all alike.
 */
export async function getPendingGrant(
  ctx: ProjectContext,
  input: { integrationId: string; grantId: string },
): Promise<PendingGrantView | null> {
  requirePermission(ctx, "integration.manage");
  const [found] = await db()
    .select({ row: pendingGrants, target: integrations })
    .from(pendingGrants)
    .innerJoin(integrations, eq(integrations.id, pendingGrants.integrationId))
    .where(ofPerson(ctx, input.grantId));
  if (!found || found.target.id !== input.integrationId || found.row.checks === null) return null;
  return toPendingGrantView(found.row, found.target, await weighGrant(db(), found.row, found.target));
}

function toPendingGrantView(
  row: GrantRow,
  target: IntegrationRow,
  weighing: Awaited<ReturnType<typeof weighGrant>>,
): PendingGrantView {
  const { repositories, isReplacement } = weighing;
  const withEffect = (effect: string) => repositories.filter((one) => one.effect === effect);
  return {
    id: row.id,
    account: row.accountLogin,
    replaced: isReplacement ? { id: target.accountId, account: target.accountLogin } : null,
    isSameAgain: row.purpose === "replace" && !isReplacement,
    expiresAt: row.expiresAt.toISOString(),
    scopes: compareScopes(row, target),
    lost: withEffect("lost"),
    unkept: withEffect("unkept"),
    unknown: withEffect("unknown"),
    kept: withEffect("kept"),
  };
}

/** Every scope that plays a part: asked for, granted now, or granted before and of use. */
function compareScopes(row: GrantRow, target: IntegrationRow): ScopeComparison[] {
  const { scopes, missingScopes } = oauthOf(target.provider);
  const isIn = (scope: string, granted: string[]) => missingScopes([scope], granted).length === 0;
  const used = target.grantedScopes.filter((scope) => scopes.some((known) => known.scope === scope));
  return [...new Set([...row.requestedScopes, ...used])].map((scope) => {
    const known = scopes.find((one) => one.scope === scope);
    return {
      scope,
      why: known?.why ?? "",
      isAsked: row.requestedScopes.includes(scope),
      isGranted: isIn(scope, row.grantedScopes),
      wasGranted: isIn(scope, target.grantedScopes),
      without: isIn(scope, row.grantedScopes) ? null : (known?.without ?? null),
    };
  });
}
