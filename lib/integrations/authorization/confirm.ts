import { and, eq, gt, inArray, sql } from "drizzle-orm";
import { db, integrations, pendingGrants, type Transaction } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { CONNECTED } from "@/lib/credentials";
import { conflict } from "@/lib/errors";
import { holdEnabledInstance, loadInstanceRow, type ReadyInstance, toInstance } from "@/lib/instances";
import { type GrantRow, openTokens } from "@/lib/integrations/authorization/grant-token";
import { holdSession } from "@/lib/integrations/authorization/live-session";
import { findOfAccount, type IntegrationRow } from "@/lib/integrations/authorization/place";
import { putInPlace } from "@/lib/integrations/authorization/put-in-place";
import { withdrawGrant } from "@/lib/integrations/authorization/withdraw";

export type Confirmed = { integrationId: string; isReplacement: boolean };
type Settled = ({ kind: "confirmed" } & Confirmed) | { kind: "refused"; message: string };

type Input = {
  grantId: string;
  /** The account that the person read will be replaced; needed where another one takes its place. */
  replaces?: string | undefined;
};

const GONE =
  "This authorization was used or discarded already, is older than ten minutes, or was started by somebody else or elsewhere. Nothing was changed. Start it again.";

const INSTANCE_CHANGED =
  "An instance admin changed or disabled this provider on the console meanwhile, so nothing was changed here. Ask them, then start again.";

/**
 * Puts a waiting grant in the place of the integration's old one, once. Everything is looked at again, now: the role, the person and
 * the session that it is bound to, its time, and whether the integration is still there. Throws ConsoleError in words.
 */
export async function confirmAuthorization(ctx: ProjectContext, input: Input): Promise<Confirmed> {
  requirePermission(ctx, "integration.manage");
  const instance = await instanceOf(ctx, input.grantId);
  const settled = await transactAs(ctx, "integration.manage", async (tx) => {
    await holdEnabledInstance(tx, instance, () => conflict(INSTANCE_CHANGED));
    return await settle(tx, ctx, input, instance);
  });
  if (settled.kind === "refused") throw conflict(settled.message);
  return { integrationId: settled.integrationId, isReplacement: settled.isReplacement };
}

/** Nothing is changed: the waiting grant is erased and its token revoked. Answers with the integration it was for. */
export async function discardAuthorization(
  ctx: ProjectContext,
  { grantId }: { grantId: string },
): Promise<{ integrationId: string }> {
  requirePermission(ctx, "integration.manage");
  return await transactAs(ctx, "integration.manage", async (tx) => {
    const [row] = await tx.select().from(pendingGrants).where(ofPerson(ctx, grantId)).for("update");
    if (!row) throw conflict(GONE);
    await withdrawGrant(tx, ctx.actor, row, "discarded");
    return { integrationId: row.integrationId };
  });
}

/** A grant is its person's alone, in the session that asked for it. */
export const ofPerson = (ctx: ProjectContext, grantId: string) =>
  and(
    eq(pendingGrants.id, grantId),
    eq(pendingGrants.projectId, ctx.projectId),
    eq(pendingGrants.userId, ctx.user.id),
    eq(pendingGrants.sessionId, ctx.sessionId),
    gt(pendingGrants.expiresAt, sql`now()`),
  );

async function instanceOf(ctx: ProjectContext, grantId: string): Promise<ReadyInstance> {
  const [row] = await db()
    .select({ instanceId: pendingGrants.instanceId })
    .from(pendingGrants)
    .where(ofPerson(ctx, grantId));
  const instance = row ? await loadInstanceRow(row.instanceId) : null;
  if (!row) throw conflict(GONE);
  const ready = instance && !instance.disabledAt ? toInstance(instance) : null;
  if (!ready) throw conflict(INSTANCE_CHANGED);
  return ready;
}

async function settle(
  tx: Transaction,
  ctx: ProjectContext,
  input: Input,
  instance: ReadyInstance,
): Promise<Settled> {
  const target = await lockTarget(tx, ctx, input.grantId);
  const [row] = await tx.select().from(pendingGrants).where(ofPerson(ctx, input.grantId)).for("update");
  if (!row) return { kind: "refused", message: GONE };
  if (!target)
    return await refuse(tx, ctx, row, "The integration was removed meanwhile, so nothing was changed.");
  if (!(await holdSession(tx, ctx))) return await refuse(tx, ctx, row, GONE);
  if (row.checks === null)
    return { kind: "refused", message: "It is still being tried. Wait a few seconds." };
  const isReplacement = row.accountId !== target.accountId;
  if (isReplacement) {
    if (input.replaces !== target.accountId) return { kind: "refused", message: unasked(row, target) };
    const account = { id: row.accountId };
    if (await findOfAccount(tx, ctx.projectId, { instance, account }, target.id))
      return await refuse(tx, ctx, row, taken(row));
  }
  await replaceToken(tx, ctx, { row, target, instance });
  return { kind: "confirmed", integrationId: target.id, isReplacement };
}

/** The integration is locked before its grant and its credential, as every writer does. */
async function lockTarget(
  tx: Transaction,
  ctx: ProjectContext,
  grantId: string,
): Promise<IntegrationRow | null> {
  const meant = tx
    .select({ id: pendingGrants.integrationId })
    .from(pendingGrants)
    .where(ofPerson(ctx, grantId));
  const [target] = await tx
    .select()
    .from(integrations)
    .where(
      and(
        eq(integrations.projectId, ctx.projectId),
        inArray(integrations.id, meant),
        inArray(integrations.status, [...CONNECTED]),
      ),
    )
    .for("update");
  return target ?? null;
}

async function refuse(
  tx: Transaction,
  ctx: ProjectContext,
  row: GrantRow,
  message: string,
): Promise<Settled> {
  await withdrawGrant(tx, ctx.actor, row, "refused");
  return { kind: "refused", message };
}

const unasked = (row: GrantRow, target: IntegrationRow) =>
  `${row.accountLogin} would take the place of ${target.accountLogin}. Confirm that on its page first.`;

const taken = (row: GrantRow) =>
  `${row.accountLogin} was connected to this project meanwhile, as an integration of its own, so nothing was changed.`;

type Replacing = { row: GrantRow; target: IntegrationRow; instance: ReadyInstance };

async function replaceToken(
  tx: Transaction,
  ctx: ProjectContext,
  { row, target, instance }: Replacing,
): Promise<void> {
  const tokens = await openTokens(tx, row);
  const account = { id: row.accountId, login: row.accountLogin, name: null };
  await tx.delete(pendingGrants).where(eq(pendingGrants.id, row.id));
  await putInPlace(tx, ctx, target, { instance, account, tokens, requestedScopes: row.requestedScopes });
}
