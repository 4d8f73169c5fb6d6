import { and, eq, inArray, ne } from "drizzle-orm";
import { db, integrations, type Transaction } from "@/db";
import { holdPermission, type ProjectContext } from "@/lib/access";
import { CONNECTED } from "@/lib/credentials";
import { isConsoleError } from "@/lib/errors";
import { holdEnabledInstance } from "@/lib/instances";
import { connectAccount } from "@/lib/integrations/authorization/connect-account";
import type { Attempt } from "@/lib/integrations/authorization/consume-attempt";
import { type Counted, countTokens, lockAccount } from "@/lib/integrations/authorization/count-tokens";
import { AuthorizationFailed } from "@/lib/integrations/authorization/failed";
import type { Granted } from "@/lib/integrations/authorization/granted";
import { keepGrant } from "@/lib/integrations/authorization/keep-grant";
import { holdSession } from "@/lib/integrations/authorization/live-session";

export type IntegrationRow = typeof integrations.$inferSelect;
export type Placed = { integrationId: string; tokensOfAccount: number } & (
  | { kind: "connected" }
  | { kind: "waits"; grantId: string }
);

/**
 * Finds the place of what was granted, in one transaction: a first connection is written at once; what is for an integration that
 * exists already waits, sealed, until it was tried and confirmed. Throws AuthorizationFailed; the caller then revokes the token.
 */
export async function placeGrant(ctx: ProjectContext, attempt: Attempt, granted: Granted): Promise<Placed> {
  const { instance, account, tokens } = granted;
  return await db().transaction(async (tx) => {
    await holdManager(tx, ctx);
    await holdEnabledInstance(tx, instance, () => new AuthorizationFailed("instance"));
    const counted = { instanceId: instance.id, accountId: account.id };
    await lockAccount(tx, counted);
    const target = await findTarget(tx, ctx, attempt, granted);
    const count = await countTokens(tx, { ...counted, scopes: tokens.scopes }, target);
    refuseTooMany(count);
    const tokensOfAccount = count.afterwards;
    if (!target) {
      const integrationId = await connectAccount(tx, ctx, granted);
      return { kind: "connected", integrationId, tokensOfAccount };
    }
    const grantId = await keepGrant(tx, ctx, { purpose: attempt.purpose, integrationId: target.id, granted });
    return { kind: "waits", integrationId: target.id, grantId, tokensOfAccount };
  });
}

/** Role and session, once more: the provider took its time to say whose token this is. */
async function holdManager(tx: Transaction, ctx: ProjectContext): Promise<void> {
  await holdPermission(tx, ctx, "integration.manage").catch((error: unknown) => {
    throw isConsoleError(error) ? new AuthorizationFailed("role") : error;
  });
  if (!(await holdSession(tx, ctx))) throw new AuthorizationFailed("signed_out");
}

function refuseTooMany({ isTooMany }: Counted): void {
  if (isTooMany) throw new AuthorizationFailed("too_many_tokens");
}

/** The integration that this is for: the one that somebody pressed the button on, or the one that has this account already. */
async function findTarget(
  tx: Transaction,
  ctx: ProjectContext,
  attempt: Attempt,
  granted: Granted,
): Promise<IntegrationRow | null> {
  const existing = await findOfAccount(tx, ctx.projectId, granted);
  if (attempt.integrationId === null) return existing;
  if (existing && existing.id !== attempt.integrationId) throw new AuthorizationFailed("account_taken");
  const [meant] = await tx
    .select()
    .from(integrations)
    .where(
      and(
        eq(integrations.projectId, ctx.projectId),
        eq(integrations.id, attempt.integrationId),
        inArray(integrations.status, [...CONNECTED]),
      ),
    )
    .for("update");
  if (!meant) throw new AuthorizationFailed("removed");
  return meant;
}

type OfAccount = { instance: { provider: string; origin: string }; account: { id: string } };

/** The project's integration with this account, `except` one; it is locked until the transaction ends. */
export async function findOfAccount(
  tx: Transaction,
  projectId: string,
  { instance, account }: OfAccount,
  except?: string,
): Promise<IntegrationRow | null> {
  const [row] = await tx
    .select()
    .from(integrations)
    .where(
      and(
        eq(integrations.projectId, projectId),
        eq(integrations.provider, instance.provider),
        eq(integrations.origin, instance.origin),
        eq(integrations.accountId, account.id),
        inArray(integrations.status, [...CONNECTED]),
        except === undefined ? undefined : ne(integrations.id, except),
      ),
    )
    .for("update");
  return row ?? null;
}
