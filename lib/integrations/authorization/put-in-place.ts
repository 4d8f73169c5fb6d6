import { eq } from "drizzle-orm";
import { integrations, type Transaction } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { planTokenRevocation, readTokensToRevoke, storeCredential } from "@/lib/credentials";
import type { Granted } from "@/lib/integrations/authorization/granted";
import type { IntegrationRow } from "@/lib/integrations/authorization/place";
import { grantedFacts, recordGrant } from "@/lib/integrations/authorization/record-grant";
import { lookAgain } from "@/lib/integrations/look-again";
import { noteReauthorized } from "@/lib/integrations/note-reauthorized";

/**
 * Puts a new grant in the place of an integration's old one, in the caller's transaction, which holds the row. The integration
 * keeps its identity: bindings, hooks and history stay. Its generation is raised, so that a refresh under way comes too late; the
 * old token is revoked afterwards, by a cleanup.
 */
export async function putInPlace(
  tx: Transaction,
  ctx: ProjectContext,
  target: IntegrationRow,
  granted: Granted,
): Promise<void> {
  const { instance, account } = granted;
  const owner = { projectId: ctx.projectId, integrationId: target.id, origin: target.origin };
  const old = await readTokensToRevoke(tx, owner);
  const fingerprint = await storeCredential(tx, owner, granted.tokens);
  await tx
    .update(integrations)
    .set({ ...grantedFacts(ctx, granted), accountId: account.id, instanceId: instance.id, checkAt: null })
    .where(eq(integrations.id, target.id));
  await noteReauthorized(tx, target);
  await lookAgain(tx, target.id);
  // A provider may answer with the token that it gave before.
  if (old?.tokens && old.fingerprint !== fingerprint) {
    const { accountId, grantedScopes } = target;
    const plan = { ...owner, instanceId: target.instanceId, accountId, grantedScopes, position: 0 };
    await planTokenRevocation(tx, {
      ...plan,
      tokens: old.tokens,
      notBefore: old.busyUntil,
      unansweredAt: old.unansweredAt,
    });
  }
  const isReplacement = target.accountId !== account.id;
  await recordGrant(tx, ctx, granted, {
    id: target.id,
    event: isReplacement ? "integration.account_replaced" : "integration.reauthorized",
    fingerprint,
    ...(isReplacement ? { replaced: { id: target.accountId, login: target.accountLogin } } : {}),
  });
}
