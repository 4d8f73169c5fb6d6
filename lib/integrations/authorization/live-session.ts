import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { type Executor, sessions, type Transaction } from "@/db";

type Which = { sessionId: string; user: { id: string } };

/** Whether a session is open now: it may have been ended elsewhere while its person was at the provider. */
export const isSessionOpen = async (executor: Executor, session: Which): Promise<boolean> =>
  (await open(executor, session)).length > 0;

/** The same for the transaction that writes: it stays open until the end. */
export const holdSession = async (tx: Transaction, session: Which): Promise<boolean> =>
  (await open(tx, session).for("share")).length > 0;

const open = (executor: Executor, session: Which) =>
  executor
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
