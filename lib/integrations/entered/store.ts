import { eq } from "drizzle-orm";
import { integrations, newId, type Transaction } from "@/db";
import { type ProjectContext, transactAs } from "@/lib/access";
import { record } from "@/lib/audit";
import { deleteCredential, storeCredential, transition } from "@/lib/credentials";
import { conflict, forbidden } from "@/lib/errors";
import { announce } from "@/lib/events";
import { holdSession } from "@/lib/integrations/authorization/live-session";
import { findAt, type IntegrationRow, type Prepared } from "@/lib/integrations/entered/prepare";
import { lockConnected } from "@/lib/integrations/lock-connected";
import { lookAgain } from "@/lib/integrations/look-again";
import { noteReauthorized } from "@/lib/integrations/note-reauthorized";
import type { Trial } from "@/lib/providers";
import { Secret } from "@/lib/secret";

export type Storing = Prepared & { trial: Trial; expiresAt: Date | null };
export type Stored = { integrationId: string; isReauthorized: boolean };

/**
 * Writes what was entered, in one transaction with its audit row: a new integration, or the credential of the one that has this
 * address already, which keeps its identity, so that bindings, hooks and history stay. A slow host takes its time: whoever may no
 * longer manage integrations by then, or was signed out elsewhere, stores nothing.
 */
export async function storeEntered(ctx: ProjectContext, storing: Storing): Promise<Stored> {
  return await transactAs(ctx, "integration.manage", async (tx) => {
    if (!(await holdSession(tx, ctx))) throw forbidden("You were signed out meanwhile.");
    const existing = storing.existing ? await lockConnected(tx, ctx, storing.existing.id) : null;
    const id = existing ? existing.id : await insert(tx, ctx, storing);
    const owner = { projectId: ctx.projectId, integrationId: id, origin: storing.grant.instance.origin };
    const fingerprint = await writeCredential(tx, owner, storing);
    if (existing) await replace(tx, ctx, existing, storing);
    await noteTrial(tx, owner, storing.trial);
    await announce(tx, { kind: "integration", project: ctx.projectId });
    await recordEntry(tx, ctx, { id, isNew: !existing, fingerprint, storing });
    return { integrationId: id, isReauthorized: existing !== null };
  });
}

async function insert(tx: Transaction, ctx: ProjectContext, storing: Storing): Promise<string> {
  const { provider, origin, pathPrefix = "" } = storing.grant.instance;
  if (await findAt(tx, ctx, { provider, origin, pathPrefix })) {
    throw conflict("Somebody connected this address meanwhile. Load the page again.");
  }
  const id = newId("int");
  await tx.insert(integrations).values({
    id,
    projectId: ctx.projectId,
    provider,
    instanceId: null,
    origin,
    accountId: origin + pathPrefix,
    accountLogin: loginOf(origin, pathPrefix),
    pathPrefix,
    ...entered(ctx, storing),
  });
  return id;
}

/** What people call it: `git.example.com/team`. */
const loginOf = (origin: string, pathPrefix: string): string =>
  new URL(origin).host + decodeURIComponent(pathPrefix);

/** What may change while the address, and so the integration, stays the same. */
const entered = (ctx: ProjectContext, { grant }: Storing) => ({
  hostKind: grant.instance.hostKind ?? null,
  apiPath: grant.instance.apiPath ?? null,
  caCertificate: grant.instance.caCertificate ?? null,
  hasCredentials: grant.token !== null,
  authorizedBy: ctx.user.id,
  authorizedAt: new Date(),
});

type Owner = { projectId: string; integrationId: string; origin: string };

async function writeCredential(
  tx: Transaction,
  owner: Owner,
  { grant, expiresAt }: Storing,
): Promise<string | null> {
  if (!grant.token) {
    await deleteCredential(tx, owner);
    return null;
  }
  const accessExpiresIn = expiresAt ? (expiresAt.getTime() - Date.now()) / 1000 : null;
  const tokens = { refreshToken: null, refreshExpiresIn: null, scopes: [], accessExpiresIn };
  const userName = grant.user ? new Secret(grant.user) : null;
  return await storeCredential(tx, owner, { ...tokens, accessToken: grant.token, userName });
}

async function replace(
  tx: Transaction,
  ctx: ProjectContext,
  existing: IntegrationRow,
  storing: Storing,
): Promise<void> {
  await tx
    .update(integrations)
    .set({ ...entered(ctx, storing), checkAt: null })
    .where(eq(integrations.id, existing.id));
  await noteReauthorized(tx, existing);
  await lookAgain(tx, existing.id);
}

/** What was saved although it failed begins as what it is. */
async function noteTrial(tx: Transaction, owner: Owner, trial: Trial): Promise<void> {
  if (trial.outcome === "works") return;
  if (trial.reason === "unauthorized") await transition(tx, owner, { kind: "lost", reason: "revoked" });
  else if (DOWN.has(trial.reason)) await transition(tx, owner, { kind: "degraded", reason: "unreachable" });
}

const DOWN: ReadonlySet<string> = new Set([
  ...["unresolved", "blocked", "unreachable", "too_slow", "host_error"],
  ...["tls_untrusted", "tls_expired", "tls_wrong_host", "tls_failed"],
]);

type Entry = { id: string; isNew: boolean; fingerprint: string | null; storing: Storing };

function recordEntry(
  tx: Transaction,
  ctx: ProjectContext,
  { id, isNew, fingerprint, storing }: Entry,
): Promise<void> {
  const { provider, origin, hostKind, pathPrefix = "", caCertificate } = storing.grant.instance;
  return record(tx, ctx.actor, {
    chain: ctx.projectId,
    event: isNew ? "integration.connected" : "integration.reauthorized",
    subjectId: id,
    subjectName: loginOf(origin, pathPrefix),
    facts: {
      ...{ provider, origin, fingerprint },
      hostKind: hostKind ?? null,
      hasOwnAuthority: Boolean(caCertificate),
      test: storing.trial.outcome === "works" ? "works" : storing.trial.reason,
    },
  });
}
