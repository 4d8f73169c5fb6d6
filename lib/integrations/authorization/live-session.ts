import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { type Executor, sessions } from "@/db";

/** Whether a session is open now: it may have been ended elsewhere while its person was at the provider. */
export async function isSessionOpen(
  executor: Executor,
  session: { sessionId: string; user: { id: string } },
): Promise<boolean> {
  const [row] = await executor
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(
        eq(sessions.id, session.sessionId),
        eq(sessions.userId, session.user.id),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, sql`now()`),
      ),
    );
  return row !== undefined;
}
