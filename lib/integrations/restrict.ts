import { and, eq, inArray } from "drizzle-orm";
import { allowedRepositories, integrations, type Transaction } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { record } from "@/lib/audit";
import { conflict, invalid } from "@/lib/errors";
import { announce } from "@/lib/events";
import { usingOf } from "@/lib/integrations/allow-list";
import { listVersion } from "@/lib/integrations/list-version";
import { type ConnectedRow, lockConnected } from "@/lib/integrations/lock-connected";
import { lookAgain } from "@/lib/integrations/look-again";
import { catchUp } from "@/lib/pushes";
import { reachRepositories } from "@/lib/sources";

export type RestrictInput = {
  integrationId: string;
  /** False: apps may use everything that the account reaches; the list is kept for another time. */
  isRestricted: boolean;
  externalIds: readonly string[];
  /** Of the list that was edited (`AllowList.version`). */
  version: string;
};
/** Apps that cannot deploy any more, and apps that were kept out before and caught up now. */
export type Restricted = { stopped: { id: string; name: string }[]; caughtUp: number };

type Listed = { externalId: string; fullName: string };

/**
 * Decides which repositories apps may use through an integration, by the provider's ids. It counts at once: when a source is chosen,
 * for pushes, and at the next checkout. What is added has to be reached by the account, so that its name is known. Apps that were
 * kept out and are let in again catch up with what they missed. Throws `conflict` when the list is no longer the one that was edited:
 * nobody takes back unseen what another one entered meanwhile.
 */
export async function restrictRepositories(ctx: ProjectContext, input: RestrictInput): Promise<Restricted> {
  requirePermission(ctx, "integration.manage");
  const { integrationId } = input;
  const { before } = await transactAs(ctx, "integration.manage", (tx) => read(tx, ctx, input));
  const known = new Set(before.map(({ externalId }) => externalId));
  const added = await namesOf(
    ctx,
    integrationId,
    input.externalIds.filter((id) => !known.has(id)),
  );
  const followed = await transactAs(ctx, "integration.manage", (tx) => write(tx, ctx, input, added));
  let caughtUp = 0;
  for (const repositoryId of followed) caughtUp += await catchUp(repositoryId);
  return { stopped: await stoppedBy(input), caughtUp };
}

async function read(
  tx: Transaction,
  ctx: ProjectContext,
  { integrationId, version }: RestrictInput,
): Promise<{ row: ConnectedRow; before: Listed[] }> {
  const row = await lockConnected(tx, ctx, integrationId);
  const before = await listed(tx, integrationId);
  const externalIds = before.map(({ externalId }) => externalId);
  if (listVersion({ isRestricted: row.isRestricted, externalIds }) !== version) throw conflict(CHANGED);
  return { row, before };
}

const CHANGED =
  "Not saved: somebody else changed this list meanwhile. Their changes are shown with yours now. Look at the list, then save again.";

const listed = (tx: Transaction, integrationId: string): Promise<Listed[]> =>
  tx
    .select({ externalId: allowedRepositories.externalId, fullName: allowedRepositories.fullName })
    .from(allowedRepositories)
    .where(eq(allowedRepositories.integrationId, integrationId));

async function namesOf(
  ctx: ProjectContext,
  integrationId: string,
  externalIds: readonly string[],
): Promise<Listed[]> {
  if (externalIds.length === 0) return [];
  const use = { integrationId, externalIds, purpose: "allow_list", isForApps: false };
  const reached = await reachRepositories(ctx, use);
  return [...reached].map(([externalId, { repository, problem }]) => {
    if (repository) return { externalId, fullName: repository.fullName };
    throw invalid(problem, { repositories: problem });
  });
}

async function write(
  tx: Transaction,
  ctx: ProjectContext,
  input: RestrictInput,
  added: readonly Listed[],
): Promise<string[]> {
  const { integrationId, isRestricted, externalIds } = input;
  const { row, before } = await read(tx, ctx, input);
  const removed = before.filter(({ externalId }) => !externalIds.includes(externalId));
  await removeFrom(tx, integrationId, removed);
  await addTo(tx, ctx, integrationId, added);
  await tx.update(integrations).set({ isRestricted }).where(eq(integrations.id, integrationId));
  const names = (list: readonly Listed[]) => list.map(({ fullName }) => fullName);
  const changes = { added: names(added), removed: names(removed) };
  if (row.isRestricted === isRestricted && added.length + removed.length === 0) return [];
  const followed = await lookAgain(tx, integrationId);
  await announce(tx, { kind: "integration", project: ctx.projectId });
  await record(tx, ctx.actor, {
    chain: ctx.projectId,
    event: isRestricted ? "integration.restricted" : "integration.unrestricted",
    subjectId: row.id,
    subjectName: row.accountLogin,
    facts: { ...changes, repositories: externalIds.length },
  });
  return followed;
}

async function removeFrom(tx: Transaction, integrationId: string, removed: readonly Listed[]): Promise<void> {
  if (removed.length === 0) return;
  const ids = removed.map(({ externalId }) => externalId);
  await tx
    .delete(allowedRepositories)
    .where(
      and(eq(allowedRepositories.integrationId, integrationId), inArray(allowedRepositories.externalId, ids)),
    );
}

async function addTo(
  tx: Transaction,
  ctx: ProjectContext,
  integrationId: string,
  added: readonly Listed[],
): Promise<void> {
  if (added.length === 0) return;
  const rows = added.map((one) => ({
    ...one,
    integrationId,
    projectId: ctx.projectId,
    addedBy: ctx.user.id,
  }));
  await tx.insert(allowedRepositories).values(rows).onConflictDoNothing();
}

async function stoppedBy({ integrationId, isRestricted, externalIds }: RestrictInput) {
  if (!isRestricted) return [];
  const using = await usingOf(integrationId);
  return using
    .filter(({ externalId }) => !externalIds.includes(externalId))
    .map(({ id, name }) => ({ id, name }));
}
