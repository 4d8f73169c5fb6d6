import type { Transaction } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { record } from "@/lib/audit";
import type { Granted } from "@/lib/integrations/authorization/granted";

/** What an integration's row keeps of what was granted. */
export const grantedFacts = (ctx: ProjectContext, { account, tokens, requestedScopes }: Granted) => ({
  accountLogin: account.login,
  requestedScopes: [...requestedScopes],
  grantedScopes: tokens.scopes,
  authorizedBy: ctx.user.id,
  authorizedAt: new Date(),
});

type Entry = {
  id: string;
  event: "integration.connected" | "integration.reauthorized" | "integration.account_replaced";
  fingerprint: string;
  /** The account that was there before, where another one took its place. */
  replaced?: { id: string; login: string };
};

export function recordGrant(
  tx: Transaction,
  ctx: ProjectContext,
  granted: Granted,
  { id, event, fingerprint, replaced }: Entry,
): Promise<void> {
  const { instance, account, tokens } = granted;
  return record(tx, ctx.actor, {
    chain: ctx.projectId,
    event,
    subjectId: id,
    subjectName: account.login,
    facts: {
      provider: instance.provider,
      origin: instance.origin,
      accountId: account.id,
      scopes: tokens.scopes,
      fingerprint,
      ...(replaced ? { replacedId: replaced.id, replaced: replaced.login } : {}),
    },
  });
}
