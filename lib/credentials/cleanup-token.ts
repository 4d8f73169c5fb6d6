import { and, eq, isNull, sql } from "drizzle-orm";
import { type CleanupTarget, cleanups, db, type Executor, newId, type Transaction } from "@/db";
import type { TokenPair } from "@/lib/credentials/token-pair";
import { Secret } from "@/lib/secret";
import { open, type Place, seal } from "@/lib/vault";

export type CleanupRow = typeof cleanups.$inferSelect;
type Owner = Pick<CleanupRow, "id" | "projectId" | "origin" | "generation">;

/** A copy of a token, sealed for one cleanup row alone. */
export const cleanupPlace = (row: Owner, field: "token" | "refresh_token"): Place => ({
  projectId: row.projectId,
  table: "cleanups",
  rowId: row.id,
  field,
  origin: row.origin,
  generation: row.generation,
});

export type PlannedCleanup = {
  projectId: string;
  integrationId: string | null;
  instanceId: string | null;
  origin: string;
  position: number;
  target: CleanupTarget;
  tokens: TokenPair | null;
  /** Not before: a registration or a refresh may still be under way. */
  notBefore?: Date | null;
  /** Since when an attempt to refresh the tokens has had no answer. */
  unansweredAt?: Date | null;
  /** Whose token it is, where that is not the integration's account of today: until it is revoked, it counts as theirs. */
  accountId?: string;
  grantedScopes?: string[];
};

/** Plans one step that undoes something at a provider. It is tried for a day at most; then its copy is erased. */
export async function planCleanup(
  tx: Transaction,
  { tokens, notBefore, unansweredAt, ...plan }: PlannedCleanup,
): Promise<void> {
  const owner = { id: newId("cln"), generation: 1, ...plan };
  await tx.insert(cleanups).values({
    ...owner,
    ...(await sealCopy(tx, { ...owner, kind: plan.target.kind }, tokens)),
    kind: plan.target.kind,
    refreshUnansweredAt: unansweredAt ?? null,
    attemptAt: sql`greatest(now(), ${notBefore ?? null}::timestamptz)`,
    expiresAt: A_DAY_FROM_NOW,
  });
}

const A_DAY_FROM_NOW = sql`now() + interval '1 day'`;

/** What a copy holds where a name goes with the token: both, apart by what neither can hold. */
const withUserName = ({ accessToken, userName }: TokenPair): Secret =>
  userName ? new Secret(`${accessToken.reveal()}\n${userName.reveal()}`) : accessToken;

/** The columns that hold a copy of these tokens. What could replace the token is kept by the step that revokes alone. */
export async function sealCopy(
  tx: Transaction,
  row: Owner & Pick<CleanupRow, "kind">,
  tokens: TokenPair | null,
) {
  const refresh = row.kind === "revoke_token" ? (tokens?.refreshToken ?? null) : null;
  return {
    generation: row.generation,
    tokenSealed: tokens && (await seal(tx, cleanupPlace(row, "token"), withUserName(tokens))),
    refreshTokenSealed: refresh && (await seal(tx, cleanupPlace(row, "refresh_token"), refresh)),
    accessExpiresAt: tokens?.accessExpiresAt ?? null,
  };
}

/**
 * Hooks that were to be deleted with the integration's own credential, which goes now: each such step gets a copy of the token and a
 * day of its own, is due at once, and takes its place (`position`) before the token's revocation.
 */
export async function lendToken(
  tx: Transaction,
  owner: {
    projectId: string;
    integrationId: string;
    instanceId: string | null;
    position: number;
    tokens: TokenPair;
    notBefore: Date | null;
  },
): Promise<void> {
  const { projectId, integrationId, instanceId, position, tokens, notBefore } = owner;
  const isTokenless = and(
    eq(cleanups.projectId, projectId),
    eq(cleanups.integrationId, integrationId),
    eq(cleanups.kind, "delete_hook"),
    isNull(cleanups.outcome),
    isNull(cleanups.tokenSealed),
  );
  for (const row of await tx.select().from(cleanups).where(isTokenless).for("update")) {
    const copy = await sealCopy(tx, row, tokens);
    const attemptAt = sql`greatest(${soonIfTried()}, ${notBefore}::timestamptz)`;
    await tx
      .update(cleanups)
      .set({ ...copy, instanceId, position, attemptAt, expiresAt: A_DAY_FROM_NOW })
      .where(eq(cleanups.id, row.id));
  }
}

/** What was tried already waits for its integration alone; before its first try a registration may still be under way. */
const soonIfTried = () =>
  sql`case when ${cleanups.attempts} > 0 then least(${cleanups.attemptAt}, now()) else ${cleanups.attemptAt} end`;

/** Plans the revocation of one token at its provider, and with it the end of what could replace it. */
export const planTokenRevocation = (
  tx: Transaction,
  plan: Omit<PlannedCleanup, "target" | "tokens"> & { tokens: TokenPair },
): Promise<void> => planCleanup(tx, { ...plan, target: { kind: "revoke_token" } });

// The only place that opens what cleanups hold. Null when the row carries none. Both throw VaultError.

export async function openCleanupCopy(
  row: CleanupRow,
  executor: Executor = db(),
): Promise<{ token: Secret; user: string | null } | null> {
  if (!row.tokenSealed) return null;
  const copy = await open(executor, cleanupPlace(row, "token"), row.tokenSealed);
  const [token = "", user] = copy.reveal().split("\n");
  return { token: new Secret(token), user: user ?? null };
}

export const openCleanupRefresh = async (
  row: CleanupRow,
  executor: Executor = db(),
): Promise<Secret | null> =>
  row.refreshTokenSealed
    ? await open(executor, cleanupPlace(row, "refresh_token"), row.refreshTokenSealed)
    : null;
