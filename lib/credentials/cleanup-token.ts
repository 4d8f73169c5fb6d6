import { and, eq, isNull, sql } from "drizzle-orm";
import { type CleanupTarget, cleanups, db, type Executor, newId, type Transaction } from "@/db";
import { Secret } from "@/lib/secret";
import { open, type Place, seal } from "@/lib/vault";

export type CleanupRow = typeof cleanups.$inferSelect;

/** A copy of a token, sealed for one cleanup row alone. It is never replaced, so its generation stays 1. */
export const cleanupPlace = (row: { id: string; projectId: string; origin: string }): Place => ({
  projectId: row.projectId,
  table: "cleanups",
  rowId: row.id,
  field: "token",
  origin: row.origin,
  generation: 1,
});

export type PlannedCleanup = {
  projectId: string;
  integrationId: string | null;
  instanceId: string | null;
  origin: string;
  position: number;
  target: CleanupTarget;
  token: Secret | null;
  /** Not before: a registration may still be under way. */
  notBefore?: Date | null;
  /** Whose token it is, where that is not the integration's account of today: until it is revoked, it counts as theirs. */
  accountId?: string;
  grantedScopes?: string[];
};

/** Plans one step that undoes something at a provider. It is tried for a day at most; then its token copy is erased. */
export async function planCleanup(
  tx: Transaction,
  { token, notBefore, ...plan }: PlannedCleanup,
): Promise<void> {
  const id = newId("cln");
  await tx.insert(cleanups).values({
    ...plan,
    id,
    kind: plan.target.kind,
    tokenSealed: token ? await seal(tx, cleanupPlace({ id, ...plan }), token) : null,
    attemptAt: sql`greatest(now(), ${notBefore ?? null}::timestamptz)`,
    expiresAt: sql`now() + interval '1 day'`,
  });
}

/**
 * Hooks that were to be deleted with the integration's own credential, which goes now: each such step gets a copy of the token,
 * is due at once, and takes its place (`position`) before the token's revocation.
 */
export async function lendToken(
  tx: Transaction,
  owner: {
    projectId: string;
    integrationId: string;
    instanceId: string | null;
    position: number;
    token: Secret;
  },
): Promise<void> {
  const { projectId, integrationId, instanceId, position, token } = owner;
  const isTokenless = and(
    eq(cleanups.projectId, projectId),
    eq(cleanups.integrationId, integrationId),
    eq(cleanups.kind, "delete_hook"),
    isNull(cleanups.outcome),
    isNull(cleanups.tokenSealed),
  );
  for (const row of await tx.select().from(cleanups).where(isTokenless).for("update")) {
    const tokenSealed = await seal(tx, cleanupPlace(row), token);
    const attemptAt = soonIfTried();
    await tx
      .update(cleanups)
      .set({ instanceId, position, tokenSealed, attemptAt })
      .where(eq(cleanups.id, row.id));
  }
}

/** What was tried already waits for its integration alone; before its first try a registration may still be under way. */
const soonIfTried = () =>
  sql`case when ${cleanups.attempts} > 0 then least(${cleanups.attemptAt}, now()) else ${cleanups.attemptAt} end`;

/** Plans the revocation of one token at its provider. */
export const planTokenRevocation = (
  tx: Transaction,
  plan: Omit<PlannedCleanup, "target" | "token"> & { token: Secret },
): Promise<void> => planCleanup(tx, { ...plan, target: { kind: "revoke_token" } });

/** What a copy holds where a name goes with the token: both, apart by what neither can hold. */
export const withUserName = (token: Secret, user: Secret | null): Secret =>
  user ? new Secret(`${token.reveal()}\n${user.reveal()}`) : token;

/** The only place that opens cleanup copies. Null when the row carries none. Throws VaultError. */
export async function openCleanupCopy(
  row: CleanupRow,
  executor: Executor = db(),
): Promise<{ token: Secret; user: string | null } | null> {
  if (!row.tokenSealed) return null;
  const [token = "", user] = (await open(executor, cleanupPlace(row), row.tokenSealed)).reveal().split("\n");
  return { token: new Secret(token), user: user ?? null };
}
