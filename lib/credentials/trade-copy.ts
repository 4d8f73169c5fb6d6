import { randomUUID } from "node:crypto";
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import { cleanups, db, integrations, type Transaction } from "@/db";
import { systemActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { isHeld, isRevocationOf, lendAgain } from "@/lib/credentials/cleanup-copies";
import {
  type CleanupRow,
  openCleanupCopy,
  openCleanupRefresh,
  sealCopy,
} from "@/lib/credentials/cleanup-token";
import { surely } from "@/lib/credentials/surely";
import { pairOf } from "@/lib/credentials/token-pair";
import { type ReadyInstance, withClientSecret } from "@/lib/instances";
import { log, redactor } from "@/lib/log";
import {
  ClientRejected,
  oauthOf,
  ProviderRejected,
  ProviderUnavailable,
  type TokenSet,
} from "@/lib/providers";
import type { Secret } from "@/lib/secret";

/** Longer than a call to a token endpoint takes, with both client secrets of a rotation. */
const LEASE_SECONDS = 60;

/** `refused`: the provider takes it no more; `wasUnanswered`: after an attempt of ours that nobody heard the end of. */
export type Traded = { kind: "traded"; token: Secret } | { kind: "refused"; wasUnanswered: boolean };

/**
 * Spends the refresh token that a held step keeps, with one call outside of any transaction: from then on neither it nor the token that
 * came with it works anywhere. `keeps` says what is kept of the answer: the token alone, to be revoked, or also what can replace it, for
 * a removal whose webhooks are still to be deleted. An attempt is written down before anything is sent. Throws what the provider's
 * trouble is; then nothing of the copy is lost.
 */
export async function tradeCopy(
  row: CleanupRow,
  instance: ReadyInstance,
  keeps: "token" | "pair",
): Promise<Traded> {
  const old = await openCleanupRefresh(row);
  if (!old) return { kind: "refused", wasUnanswered: row.refreshUnansweredAt !== null };
  redactor.add(old);
  await begin(row);
  const tokens = await ask(row, instance, old);
  if (!tokens) return { kind: "refused", wasUnanswered: row.refreshUnansweredAt !== null };
  const refreshToken = keeps === "pair" ? (tokens.refreshToken ?? old) : null;
  if (!(await surely(() => store(row, { ...tokens, refreshToken })))) {
    await revokeUnkept(instance, tokens.accessToken);
    throw takenOver();
  }
  return { kind: "traded", token: tokens.accessToken };
}

/** Held for as long as the call may take. */
async function begin(row: CleanupRow): Promise<void> {
  const begun = await db()
    .update(cleanups)
    .set({
      leaseUntil: inALease(),
      refreshUnansweredAt: sql`coalesce(${cleanups.refreshUnansweredAt}, now())`,
    })
    .where(isHeld(row))
    .returning({ id: cleanups.id });
  if (begun.length === 0) throw takenOver();
}

const inALease = () => sql`now() + make_interval(secs => ${LEASE_SECONDS})`;
const takenOver = () =>
  new ProviderUnavailable("The step was taken over or forgotten meanwhile.", "bad_answer");

/** Null when the provider takes it no more, which is then written down: nobody tries it again. */
async function ask(row: CleanupRow, instance: ReadyInstance, old: Secret): Promise<TokenSet | null> {
  let wasSent = false;
  try {
    const tokens = await withClientSecret(instance, async (secret) => {
      wasSent = true;
      return await oauthOf(instance.provider).refresh(instance, secret, old);
    });
    redactor.add(tokens.accessToken);
    if (tokens.refreshToken) redactor.add(tokens.refreshToken);
    return tokens;
  } catch (error) {
    const isRefused = error instanceof ProviderRejected && error.reason === "invalid_grant";
    // A limit, and a word about our client, are answers: nothing was traded then.
    const isAnswered = isRefused || !wasSent || error instanceof ClientRejected || isLimit(error);
    if (isAnswered) await noteAnswer(row, isRefused);
    if (isRefused) return null;
    throw error instanceof ProviderRejected ? new ProviderUnavailable(error.message, "bad_answer") : error;
  }
}

async function noteAnswer(row: CleanupRow, isRefused: boolean): Promise<void> {
  await db()
    .update(cleanups)
    .set({
      refreshUnansweredAt: row.refreshUnansweredAt,
      ...(isRefused ? { refreshTokenSealed: null } : {}),
    })
    .where(isHeld(row));
}

const isLimit = (error: unknown) => error instanceof ProviderUnavailable && error.cause_ === "rate_limited";

/** False when the step is not this process's any more. */
async function store(row: CleanupRow, tokens: TokenSet): Promise<boolean> {
  return await db().transaction(async (tx) => {
    const account = await lockAccount(tx, row);
    const pair = pairOf(tokens);
    const copy = await sealCopy(tx, { ...row, generation: row.generation + 1 }, pair);
    const stored = await tx
      .update(cleanups)
      .set({ ...copy, refreshUnansweredAt: null })
      .where(isHeld(row))
      .returning({ id: cleanups.id });
    if (stored.length === 0) return false;
    await lendAgain(tx, row, pair);
    await record(tx, systemActor("console"), {
      chain: row.projectId,
      event: "credential.refreshed",
      subjectId: row.integrationId,
      subjectName: account ?? new URL(row.origin).host,
      facts: { cleanup: row.id },
    });
    return true;
  });
}

/** The integration before what belongs to it, as every writer does. */
async function lockAccount(tx: Transaction, { integrationId }: CleanupRow): Promise<string | null> {
  const [row] = await tx
    .select({ account: integrations.accountLogin })
    .from(integrations)
    .where(eq(integrations.id, integrationId ?? ""))
    .for("update");
  return row?.account ?? null;
}

/** Somebody has forgotten the copy meanwhile: what came is revoked at once, or left to its own end, and kept nowhere. */
async function revokeUnkept(instance: ReadyInstance, token: Secret): Promise<void> {
  try {
    await withClientSecret(instance, (secret) =>
      oauthOf(instance.provider).revokeToken(instance, secret, token),
    );
  } catch {
    log.warn({ instance: instance.id }, "a token that came after its copy was forgotten was not revoked");
  }
}

/**
 * A token in the place of the one that a step of a removal was lent, which has ended: the removal's last step holds what can replace
 * it, and lends the new one to all the others. One call however many steps ask. Null when there is none to be had.
 */
export async function renewLent(row: CleanupRow, instance: ReadyInstance): Promise<Secret | null> {
  const revocation = await takeRevocation(row);
  if (!revocation) return null;
  try {
    const now = await readAgain(row);
    // Another step was faster.
    if (now && now.generation !== row.generation) return await lentToken(now);
    const traded = await tradeCopy(revocation, instance, "pair");
    return traded.kind === "traded" ? traded.token : null;
  } finally {
    await db().update(cleanups).set({ leaseToken: null, leaseUntil: null }).where(isHeld(revocation));
  }
}

async function lentToken(row: CleanupRow): Promise<Secret | null> {
  const copy = await openCleanupCopy(row);
  if (copy) redactor.add(copy.token);
  return copy?.token ?? null;
}

/** Null when there is none; throws ProviderUnavailable while another process holds it. */
async function takeRevocation({ integrationId }: CleanupRow): Promise<CleanupRow | null> {
  const isIt = isRevocationOf(integrationId ?? "");
  const isFree = or(isNull(cleanups.leaseUntil), lt(cleanups.leaseUntil, sql`now()`));
  const [taken] = await db()
    .update(cleanups)
    .set({ leaseToken: randomUUID(), leaseUntil: inALease() })
    .where(and(isIt, isFree))
    .returning();
  if (taken) return taken;
  const [busy] = await db().select({ id: cleanups.id }).from(cleanups).where(isIt);
  if (busy) throw new ProviderUnavailable("The token is being renewed.", "timeout");
  return null;
}

/** The step as it is now; null when it is gone. */
export async function readAgain({ id }: CleanupRow): Promise<CleanupRow | null> {
  const [row] = await db().select().from(cleanups).where(eq(cleanups.id, id));
  return row ?? null;
}
