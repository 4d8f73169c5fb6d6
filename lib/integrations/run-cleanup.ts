import { and, eq, gt, isNotNull } from "drizzle-orm";
import { type CleanupOutcome, type CleanupTarget, cleanups, db, integrations } from "@/db";
import { systemActor } from "@/lib/access";
import {
  type CleanupRow,
  CredentialUnavailable,
  hostOf,
  openCleanupCopy,
  readAgain,
  renewLent,
  withCredential,
} from "@/lib/credentials";
import { getInstance, type ReadyInstance } from "@/lib/instances";
import { retireToken } from "@/lib/integrations/retire-token";
import { settleCleanup } from "@/lib/integrations/settle-cleanup";
import { redactor } from "@/lib/log";
import {
  type ApiHooks,
  ClientRejected,
  type Grant,
  type Host,
  ProviderRejected,
  ProviderUnauthorized,
  ProviderUnavailable,
  RepositoryGone,
  sourceProvider,
} from "@/lib/providers";
import { VaultError } from "@/lib/vault";

type HookTarget = Extract<CleanupTarget, { kind: "delete_hook" }>;
export type Ended = { outcome: CleanupOutcome; note: string | null };
/** How a step went: it ended, or it is tried again (not before `retryAt`). */
export type StepResult = Ended | { retryAt: Date | null; note: string };

/** Runs one claimed step and writes how it went. Running it twice does no harm: what is gone already counts as done. */
export async function runCleanup(row: CleanupRow): Promise<void> {
  await settleCleanup(row, await attempt(row));
}

async function attempt(row: CleanupRow): Promise<StepResult> {
  try {
    return await undo(row);
  } catch (error) {
    const result =
      (await waitForIntegration(row, error)) ?? (await weighRefusal(row, error)) ?? explain(error);
    if (!result) throw error;
    return result;
  }
}

async function undo(row: CleanupRow): Promise<Ended> {
  const { target } = row;
  if (target.kind === "delete_hook") return { outcome: await undoHook(row, target), note: null };
  return await retireToken(row, await readyInstance(row));
}

async function undoHook(row: CleanupRow, target: HookTarget): Promise<CleanupOutcome> {
  const copy = await openCleanupCopy(row);
  if (!copy) return await withIntegration(row, target);
  redactor.add(copy.token);
  if (!row.instanceId) return await deleteHook({ instance: await enteredHost(row), ...copy }, target);
  const instance = await readyInstance(row);
  const token = hasEnded(row) ? await renewLent(row, instance) : copy.token;
  if (!token) throw new ProviderRejected("token_ended", await tokenless(row));
  return await deleteHook({ instance, token }, target);
}

/** One that ends within the minute is replaced as well: a call takes its time. */
const hasEnded = ({ accessExpiresAt }: CleanupRow): boolean =>
  accessExpiresAt !== null && accessExpiresAt.getTime() <= Date.now() + 60_000;

async function readyInstance({ instanceId, origin }: CleanupRow): Promise<ReadyInstance> {
  const instance = instanceId ? await getInstance(instanceId) : null;
  if (instance?.origin === origin) return instance;
  throw new ClientRejected("The provider instance is disabled, or has no client any more.");
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
  // Only a person can take away what is there, and the console never made one without an id.
  if (hooks.kind === "manual") return target.hookExternalId === null ? "already_gone" : "refused";
  const repository = target.repositoryExternalId;
  let outcome: CleanupOutcome = "already_gone";
  for (const id of await hookIds(hooks, grant, target)) {
    if ((await hooks.deleteHook(grant, repository, id)) === "done") outcome = "done";
  }
  return outcome;
}

/** By the id that was written down, and by every address under which one may have been made since. */
async function hookIds(hooks: ApiHooks, grant: Grant, target: HookTarget): Promise<Set<string>> {
  const { repositoryExternalId: repository, hookExternalId, address } = target;
  const ids = new Set(hookExternalId === null ? [] : [hookExternalId]);
  for (const each of target.mayBeAt ?? (hookExternalId === null ? [address] : [])) {
    const found = await hooks.findHook(grant, repository, each);
    if (found) ids.add(found.externalId);
  }
  return ids;
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

/** A token that was refused may have been replaced since the step was claimed, or revoked first because the day was nearly over. */
async function weighRefusal(row: CleanupRow, error: unknown): Promise<StepResult | null> {
  if (!(error instanceof ProviderUnauthorized) || !row.tokenSealed) return null;
  const now = await readAgain(row);
  if (now && now.generation !== row.generation) {
    return { retryAt: null, note: "The token was renewed meanwhile." };
  }
  return { outcome: "refused", note: await tokenless(row, "The token was no longer accepted.") };
}

const REVOKED_FIRST =
  "The token had to go first: the day for which its copy is kept was nearly over, and the webhook was still there.";

async function tokenless(
  { integrationId }: CleanupRow,
  otherwise = "The token had ended, and the provider gave no other one for it.",
): Promise<string> {
  const [revoked] = await db()
    .select({ id: cleanups.id })
    .from(cleanups)
    .where(
      and(
        eq(cleanups.integrationId, integrationId ?? ""),
        eq(cleanups.kind, "revoke_token"),
        gt(cleanups.position, 0),
        isNotNull(cleanups.finishedAt),
      ),
    )
    .limit(1);
  return revoked ? REVOKED_FIRST : otherwise;
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
