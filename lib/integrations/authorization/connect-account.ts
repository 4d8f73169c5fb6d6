import { and, eq, inArray, sql } from "drizzle-orm";
import { db, hooks, integrations, newId, repositories, sources, type Transaction } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { record } from "@/lib/audit";
import {
  CONNECTED,
  planTokenRevocation,
  readTokenToRevoke,
  storeCredential,
  transition,
} from "@/lib/credentials";
import { announce } from "@/lib/events";
import type { ReadyInstance } from "@/lib/instances";
import type { Attempt } from "@/lib/integrations/authorization/consume-attempt";
import { countTokens, lockAccount } from "@/lib/integrations/authorization/count-tokens";
import { AuthorizationFailed } from "@/lib/integrations/authorization/failed";
import type { Account, TokenSet } from "@/lib/providers";

export type Grant = { attempt: Attempt; instance: ReadyInstance; tokens: TokenSet; account: Account };
export type Connected = { integrationId: string; isReauthorized: boolean; tokensOfAccount: number };

/** Room for one more is kept: while a token is replaced, the account has two. */
const MOST_TOKENS = 9;

type IntegrationRow = typeof integrations.$inferSelect;

/**
 * Writes what was granted, in one transaction with its audit row: a new integration, or the same account again, which keeps its
 * identity, so that bindings, hooks and history stay. Throws AuthorizationFailed; the caller then revokes the new token.
 */
export async function connectAccount(ctx: ProjectContext, grant: Grant): Promise<Connected> {
  const { instance, account } = grant;
  return await db().transaction(async (tx) => {
    const counted = { instanceId: instance.id, accountId: account.id };
    await lockAccount(tx, counted);
    const existing = await findExisting(tx, ctx, grant);
    await refuseAnother(tx, grant, existing);
    const before = await countTokens(tx, counted);
    if (!existing && before >= MOST_TOKENS) throw new AuthorizationFailed("too_many_tokens");
    const integrationId = existing
      ? await reauthorize(tx, ctx, grant, existing)
      : await connect(tx, ctx, grant);
    const tokensOfAccount = existing ? before : before + 1;
    return { integrationId, isReauthorized: existing !== null, tokensOfAccount };
  });
}

async function findExisting(tx: Transaction, ctx: ProjectContext, { instance, account }: Grant) {
  const [row] = await tx
    .select()
    .from(integrations)
    .where(
      and(
        eq(integrations.projectId, ctx.projectId),
        eq(integrations.provider, instance.provider),
        eq(integrations.origin, instance.origin),
        eq(integrations.accountId, account.id),
        inArray(integrations.status, [...CONNECTED]),
      ),
    )
    .for("update");
  return row ?? null;
}

/** Somebody pressed Re-authorize on one integration: it must be there still, and this must be its account. */
async function refuseAnother(
  tx: Transaction,
  { attempt }: Grant,
  existing: IntegrationRow | null,
): Promise<void> {
  if (attempt.integrationId === null || existing?.id === attempt.integrationId) return;
  const [meant] = await tx
    .select({ status: integrations.status })
    .from(integrations)
    .where(eq(integrations.id, attempt.integrationId));
  const isThere = meant !== undefined && CONNECTED.includes(meant.status);
  throw new AuthorizationFailed(isThere ? "other_account" : "removed");
}

async function connect(tx: Transaction, ctx: ProjectContext, grant: Grant): Promise<string> {
  const { instance, account } = grant;
  const id = newId("int");
  await tx.insert(integrations).values({
    id,
    projectId: ctx.projectId,
    provider: instance.provider,
    instanceId: instance.id,
    origin: instance.origin,
    accountId: account.id,
    ...grantedFacts(ctx, grant),
  });
  const owner = { projectId: ctx.projectId, integrationId: id, origin: instance.origin };
  const fingerprint = await storeCredential(tx, owner, grant.tokens);
  await announce(tx, { kind: "integration", project: ctx.projectId });
  await recordGrant(tx, ctx, grant, { id, event: "integration.connected", fingerprint });
  return id;
}

/** The generation is raised by the new token; the old one is revoked afterwards, by a cleanup. */
async function reauthorize(tx: Transaction, ctx: ProjectContext, grant: Grant, existing: IntegrationRow) {
  const owner = { projectId: ctx.projectId, integrationId: existing.id, origin: existing.origin };
  const old = await readTokenToRevoke(tx, owner);
  const fingerprint = await storeCredential(tx, owner, grant.tokens);
  await tx
    .update(integrations)
    .set({ ...grantedFacts(ctx, grant), instanceId: grant.instance.id, checkAt: null })
    .where(eq(integrations.id, existing.id));
  await transition(tx, owner, { kind: "reauthorized" });
  await lookAgain(tx, existing.id);
  // A provider may answer with the token that it gave before.
  if (old?.token && old.fingerprint !== fingerprint) {
    await planTokenRevocation(tx, { ...owner, instanceId: grant.instance.id, position: 0, token: old.token });
  }
  await recordGrant(tx, ctx, grant, { id: existing.id, event: "integration.reauthorized", fingerprint });
  return existing.id;
}

/** While the token was dead, hooks could not be mended and pushes may have been missed. */
async function lookAgain(tx: Transaction, integrationId: string): Promise<void> {
  const followed = tx
    .select({ id: sources.repositoryId })
    .from(sources)
    .where(eq(sources.integrationId, integrationId));
  await tx.update(hooks).set({ checkAt: sql`now()` }).where(inArray(hooks.repositoryId, followed));
  await tx.update(repositories).set({ pollAt: sql`now()` }).where(inArray(repositories.id, followed));
}

const grantedFacts = (ctx: ProjectContext, { attempt, account, tokens }: Grant) => ({
  accountLogin: account.login,
  requestedScopes: attempt.scopes,
  grantedScopes: tokens.scopes,
  authorizedBy: ctx.user.id,
  authorizedAt: new Date(),
});

type Entry = { id: string; event: `${string}.${string}`; fingerprint: string };

function recordGrant(tx: Transaction, ctx: ProjectContext, grant: Grant, { id, event, fingerprint }: Entry) {
  const { instance, account, tokens } = grant;
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
    },
  });
}
