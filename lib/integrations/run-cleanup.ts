import { and, eq, isNotNull } from "drizzle-orm";
import { type CleanupOutcome, type CleanupTarget, cleanups, db, integrations } from "@/db";
import { systemActor } from "@/lib/access";
import {
  type CleanupRow,
  CredentialUnavailable,
  hostOf,
  openCleanupCopy,
  withCredential,
} from "@/lib/credentials";
import { getInstance, withClientSecret } from "@/lib/instances";
import { settleCleanup } from "@/lib/integrations/settle-cleanup";
import { redactor } from "@/lib/log";
import {
  ClientRejected,
  type Grant,
  type Host,
  oauthOf,
  ProviderRejected,
  ProviderUnauthorized,
  ProviderUnavailable,
  RepositoryGone,
  sourceProvider,
} from "@/lib/providers";
import { VaultError } from "@/lib/vault";

type HookTarget = Extract<CleanupTarget, { kind: "delete_hook" }>;
/** How a step went: it ended, or it is tried again (not before `retryAt`). */
export type StepResult =
  | { outcome: CleanupOutcome; note: string | null }
  | { retryAt: Date | null; note: string };

/** Runs one claimed step and writes how it went. Running it twice does no harm: what is gone already counts as done. */
export async function runCleanup(row: CleanupRow): Promise<void> {
  await settleCleanup(row, await attempt(row));
}

async function attempt(row: CleanupRow): Promise<StepResult> {
  try {
    return { outcome: await undo(row), note: null };
  } catch (error) {
    const result = (await waitForIntegration(row, error)) ?? explain(error);
    if (!result) throw error;
    return result;
  }
}

async function undo(row: CleanupRow): Promise<CleanupOutcome> {
  const { target } = row;
  const copy = await openCleanupCopy(row);
  const token = copy?.token ?? null;
  if (token) redactor.add(token);
  if (target.kind === "delete_hook" && !token) return await withIntegration(row, target);
  if (target.kind === "delete_hook" && copy && !row.instanceId) {
    return await deleteHook({ instance: await enteredHost(row), ...copy }, target);
  }
  const instance = row.instanceId ? await getInstance(row.instanceId) : null;
  if (!instance || !token || instance.origin !== row.origin)
    throw new ClientRejected("The provider instance is disabled, or has no client any more.");
  if (target.kind === "delete_hook") return await deleteHook({ instance, token }, target);
  const authorization = oauthOf(instance.provider);
  return await withClientSecret(instance, (secret) => authorization.revokeToken(instance, secret, token));
}

/** A host that somebody entered: its removed integration still says what it was. */
async function enteredHost({ integrationId, origin }: CleanupRow): Promise<Host> {
  const [row] = await db()
    .select()
    .from(integrations)
    .where(eq(integrations.id, integrationId ?? ""));
  const host = row && row.origin === origin ? hostOf(row) : null;
  if (!host) throw new ProviderRejected("unknown_host", "The host that this was for is not known any more.");
  return host;
}

/** The integration goes on and only this hook is not wanted any more: its own credential is used. */
async function withIntegration(row: CleanupRow, target: HookTarget): Promise<CleanupOutcome> {
  if (!row.integrationId) return "refused";
  const use = {
    projectId: row.projectId,
    integrationId: row.integrationId,
    purpose: "delete_hook",
    actor: systemActor("console"),
    record: false,
  };
  return await withCredential(use, (grant) => deleteHook(grant, target));
}

async function deleteHook(grant: Grant, target: HookTarget): Promise<CleanupOutcome> {
  const hooks = sourceProvider(grant.instance.provider).hooks(grant.instance);
  // A person made it, and only a person can take it away.
  if (hooks.kind === "manual") return "refused";
  const repository = target.repositoryExternalId;
  const id = target.hookExternalId ?? (await hooks.findHook(grant, repository, target.address))?.externalId;
  return id === undefined ? "already_gone" : await hooks.deleteHook(grant, repository, id);
}

/**
 * A step without a token of its own waits for its integration, within its day: until that one works again, or until it is
 * removed, which gives the step a copy of the token. One that was removed without any token left has nothing to wait for.
 */
async function waitForIntegration(row: CleanupRow, error: unknown): Promise<StepResult | null> {
  if (row.tokenSealed || !(error instanceof CredentialUnavailable)) return null;
  if (error.code === "integration_removed" && !(await hasToken(row))) return null;
  return { retryAt: null, note: error.message };
}

/** Read again: the removal may have come after this step was claimed. */
async function hasToken({ id }: CleanupRow): Promise<boolean> {
  const rows = await db()
    .select({ id: cleanups.id })
    .from(cleanups)
    .where(and(eq(cleanups.id, id), isNotNull(cleanups.tokenSealed)));
  return rows.length === 1;
}

/** Null for what nobody expected. Notes are sentences of ours. */
function explain(error: unknown): StepResult | null {
  if (error instanceof ProviderUnavailable) return { retryAt: error.retryAt, note: error.message };
  if (error instanceof RepositoryGone) return { outcome: "already_gone", note: null };
  if (error instanceof ProviderUnauthorized) {
    return { outcome: "refused", note: "The token was no longer accepted." };
  }
  if (error instanceof ProviderRejected || error instanceof CredentialUnavailable) {
    return { outcome: "refused", note: error.message };
  }
  if (error instanceof VaultError)
    return { outcome: "refused", note: "The token's copy could not be opened." };
  if (!(error instanceof ClientRejected)) return null;
  // An instance admin may mend the client within the day.
  return { retryAt: null, note: error.message };
}
