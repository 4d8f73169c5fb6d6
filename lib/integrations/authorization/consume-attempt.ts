import { and, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import { authorizationAttempts, db } from "@/db";
import type { Session } from "@/lib/access";
import { cookieName, type Halves } from "@/lib/integrations/authorization/attempt-cookie";
import { AuthorizationFailed } from "@/lib/integrations/authorization/failed";
import { sha256 } from "@/lib/integrations/authorization/hash";
import { Secret } from "@/lib/secret";

export type Attempt = typeof authorizationAttempts.$inferSelect & { verifier: Secret };

type Presented = { state: string; instanceId: string; cookies: Map<string, Halves> };

/**
 * Uses up an attempt in one statement: it must be unused, in time, and of this person, session, instance and browser. Whoever
 * comes second, or from elsewhere, gets the same answer and learns nothing.
 */
export async function consumeAttempt(session: Session, presented: Presented): Promise<Attempt> {
  const nonces = [...presented.cookies.values()].map(({ nonce }) => sha256(nonce));
  if (nonces.length === 0) throw new AuthorizationFailed("state");
  const [row] = await db()
    .update(authorizationAttempts)
    .set({ consumedAt: sql`now()` })
    .where(
      and(
        eq(authorizationAttempts.stateHash, sha256(presented.state)),
        eq(authorizationAttempts.instanceId, presented.instanceId),
        eq(authorizationAttempts.userId, session.user.id),
        eq(authorizationAttempts.sessionId, session.sessionId),
        inArray(authorizationAttempts.nonceHash, nonces),
        isNull(authorizationAttempts.consumedAt),
        gt(authorizationAttempts.expiresAt, sql`now()`),
      ),
    )
    .returning();
  const halves = row && presented.cookies.get(cookieName(row.id));
  if (!row || !halves || sha256(halves.nonce) !== row.nonceHash) throw new AuthorizationFailed("state");
  return { ...row, verifier: new Secret(halves.verifier) };
}

/** Which project an attempt of this person was for, used up or not: only for knowing which page to show a failure on. */
export async function projectOfAttempt(session: Session, state: string | null): Promise<string | null> {
  if (state === null) return null;
  const [row] = await db()
    .select({ projectId: authorizationAttempts.projectId })
    .from(authorizationAttempts)
    .where(
      and(
        eq(authorizationAttempts.stateHash, sha256(state)),
        eq(authorizationAttempts.userId, session.user.id),
      ),
    );
  return row?.projectId ?? null;
}
