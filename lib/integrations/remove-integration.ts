import { and, eq, sql } from "drizzle-orm";
import { apps, integrations, sources, type Transaction } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { record } from "@/lib/audit";
import {
  deleteCredential,
  hostOf,
  lendToken,
  planTokenRevocation,
  readTokensToRevoke,
  transition,
} from "@/lib/credentials";
import { notifyDue, stopForIntegration } from "@/lib/deployments";
import { invalid } from "@/lib/errors";
import { finishRemoval } from "@/lib/integrations/finish-removal";
import { handOverHooks } from "@/lib/integrations/hand-over-hooks";
import { type ConnectedRow, lockConnected } from "@/lib/integrations/lock-connected";
import { tokenFate } from "@/lib/integrations/token-fate";
import { sourceProvider } from "@/lib/providers";

export type Removal = { apps: number; cancelled: number; stopping: number; hooks: number };

/** Hooks are deleted with the token, so it is revoked after them. */
const HOOKS_FIRST = { hooks: 1, token: 2 };

/**
 * Removes an integration at once, in one transaction: from its commit on nobody can use it, its credential is gone, its apps have no
 * source, what was queued with it is cancelled and what still needs the repository is told to stop. What has to be undone at the
 * provider is left to cleanups, with a copy of the token sealed for each of them. Other projects notice nothing.
 */
export async function removeIntegration(
  ctx: ProjectContext,
  input: { integrationId: string; confirmName: string },
): Promise<Removal> {
  requirePermission(ctx, "integration.manage");
  return await transactAs(ctx, "integration.manage", async (tx) => {
    const row = await lockConnected(tx, ctx, input.integrationId);
    requireName(row, input.confirmName);
    const owner = { projectId: ctx.projectId, integrationId: row.id, origin: row.origin };
    const taken = await readTokensToRevoke(tx, owner);
    const tokens = taken?.tokens ?? null;
    await deleteCredential(tx, owner);
    await transition(tx, owner, { kind: "disconnected" });
    const lost = await emptySources(tx, owner);
    // What a refresh that is under way brings takes the place of these tokens, which then no longer work.
    const plan = { ...owner, instanceId: row.instanceId, notBefore: taken?.busyUntil ?? null };
    const first = { ...plan, position: HOOKS_FIRST.hooks, tokens };
    if (tokens) await lendToken(tx, { ...first, tokens });
    const hooks = await handOverHooks(tx, { ...first, registersHooks: registersHooks(row) });
    const isRevoked = tokenFate(row).kind === "revoked";
    const last = { ...plan, position: HOOKS_FIRST.token, unansweredAt: taken?.unansweredAt ?? null };
    if (tokens && isRevoked) await planTokenRevocation(tx, { ...last, tokens });
    const stopped = await stopForIntegration(tx, row.id, ctx.actor);
    await tx
      .update(integrations)
      .set({
        removedBy: ctx.user.id,
        removedAt: sql`now()`,
        checkAt: null,
        removal: {
          ...{ apps: lost, ...stopped, hasToken: tokens !== null || !isRevoked },
          ...{ wasErased: row.statusReason === "instance_changed", enteredHooks: hooks.entered },
        },
      })
      .where(eq(integrations.id, row.id));
    await finishRemoval(tx, owner);
    await notifyDue(tx);
    const removal = {
      apps: lost.length,
      cancelled: stopped.cancelled.length,
      stopping: stopped.stopping.length,
      hooks: hooks.deleted,
    };
    await record(tx, ctx.actor, {
      chain: ctx.projectId,
      event: "integration.removed",
      subjectId: row.id,
      subjectName: row.accountLogin,
      facts: removal,
    });
    return removal;
  });
}

function requireName(row: ConnectedRow, typed: string): void {
  if (typed.trim() === row.accountLogin) return;
  const message = `Type ${row.accountLogin} to confirm.`;
  throw invalid(message, { confirmation: message });
}

/** Where the host of an integration is an instance's, its provider always has an API for them. */
function registersHooks(row: ConnectedRow): boolean {
  const host = hostOf(row);
  return host === null || sourceProvider(row.provider).hooks(host).kind === "api";
}

/** What is needed to say who took it away, and to give it back, stays. */
async function emptySources(
  tx: Transaction,
  owner: { projectId: string; integrationId: string },
): Promise<{ id: string; name: string }[]> {
  return await tx
    .update(sources)
    .set({ integrationId: null, lostIntegrationId: owner.integrationId, lostAt: sql`now()` })
    .from(apps)
    .where(
      and(
        eq(apps.id, sources.appId),
        eq(sources.projectId, owner.projectId),
        eq(sources.integrationId, owner.integrationId),
      ),
    )
    .returning({ id: apps.id, name: apps.name });
}
