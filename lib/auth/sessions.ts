import { and, desc, eq, gt, isNull, lt, ne, or, sql } from "drizzle-orm";
import { db, type Executor, prepared, sessions, type Transaction, users } from "@/db";
import { type Session, userActor } from "@/lib/access";
import { INSTANCE_CHAIN, record } from "@/lib/audit";
import { notFound } from "@/lib/errors";

/** Fixed from signing in on; a session is not prolonged by use. */
export const SESSION_DAYS = 30;
const SEEN_EVERY_MS = 60_000;

export type Visitor = { address: string | null; userAgent: string | null };

/** Opens a session for a person who has just proved who they are, and forgets their long dead ones. */
export async function startSession(userId: string, visitor: Visitor): Promise<string> {
  return db().transaction(async (tx) => {
    await tx.delete(sessions).where(and(eq(sessions.userId, userId), isLongOver()));
    const [row] = await tx
      .insert(sessions)
      .values({
        userId,
        expiresAt: sql`now() + make_interval(days => ${SESSION_DAYS})`,
        address: visitor.address,
        userAgent: visitor.userAgent?.slice(0, 300) ?? null,
      })
      .returning({ id: sessions.id });
    if (!row) throw new Error("A new session returned no row.");
    await recordSession(tx, "session.started", { id: row.id, userId, address: visitor.address });
    return row.id;
  });
}

type Happened = { id: string; userId: string; address: string | null };

/** Writes down what became of a session of one's own. Holds the instance's chain: call it last. */
async function recordSession(
  tx: Transaction,
  event: "session.started" | "session.ended",
  { id, userId, address }: Happened,
): Promise<void> {
  const [person] = await tx.select({ name: users.name }).from(users).where(eq(users.id, userId));
  const actor = { kind: "user" as const, id: userId, name: person?.name ?? null, address };
  await record(tx, actor, { chain: INSTANCE_CHAIN, event, subjectId: id, subjectName: actor.name });
}

const isLongOver = () =>
  or(
    lt(sessions.expiresAt, sql`now() - interval '30 days'`),
    lt(sessions.revokedAt, sql`now() - interval '30 days'`),
  );

const isOpen = () => and(isNull(sessions.revokedAt), gt(sessions.expiresAt, sql`now()`));

const FIND = prepared((database) =>
  database
    .select({
      lastSeenAt: sessions.lastSeenAt,
      id: users.id,
      email: users.email,
      name: users.name,
      isInstanceAdmin: users.isInstanceAdmin,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.id, sql.placeholder("id")), isOpen()))
    .limit(1)
    .prepare("find-session"),
);

/** The session behind an id, if it is still open: one query by primary key. Notes at most once a minute that it was seen. */
export async function findSession(sessionId: string): Promise<Session | null> {
  const [row] = await FIND().execute({ id: sessionId });
  if (!row) return null;
  const { lastSeenAt, ...user } = row;
  if (Date.now() - lastSeenAt.getTime() > SEEN_EVERY_MS) await noteSeen(sessionId);
  return { sessionId, user };
}

async function noteSeen(sessionId: string): Promise<void> {
  await db()
    .update(sessions)
    .set({ lastSeenAt: sql`now()` })
    .where(and(eq(sessions.id, sessionId), lt(sessions.lastSeenAt, sql`now() - interval '1 minute'`)));
}

/** Ends one session by its person's wish; the next request with it finds nobody signed in. Ended again, nothing happens. */
export async function endSession(
  executor: Executor,
  sessionId: string,
  address: string | null = null,
): Promise<void> {
  await executor.transaction(async (tx) => {
    const [ended] = await tx
      .update(sessions)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(sessions.id, sessionId), isNull(sessions.revokedAt)))
      .returning({ id: sessions.id, userId: sessions.userId });
    if (ended) await recordSession(tx, "session.ended", { ...ended, address });
  });
}

/** Ends every session of a person, except the one given. */
export async function endOtherSessions(
  executor: Executor,
  userId: string,
  exceptId: string,
): Promise<number> {
  const ended = await executor
    .update(sessions)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(sessions.userId, userId), ne(sessions.id, exceptId), isOpen()))
    .returning({ id: sessions.id });
  return ended.length;
}

export type SessionView = {
  id: string;
  userAgent: string | null;
  address: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  isCurrent: boolean;
};

/** The open sessions of the person who asks, the one they use first, then the latest seen. */
export async function listSessions(session: Session): Promise<SessionView[]> {
  const rows = await db()
    .select({
      id: sessions.id,
      userAgent: sessions.userAgent,
      address: sessions.address,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
    })
    .from(sessions)
    .where(and(eq(sessions.userId, session.user.id), isOpen()))
    .orderBy(desc(sql`${sessions.id} = ${session.sessionId}`), desc(sessions.lastSeenAt));
  return rows.map((row) => ({ ...row, isCurrent: row.id === session.sessionId }));
}

/** Ends one session of the person who asks. Throws `not_found` for one that is over or belongs to somebody else. */
export async function revokeSession(session: Session, input: { sessionId: string }): Promise<void> {
  const { id: userId, name } = session.user;
  await db().transaction(async (tx) => {
    const ended = await tx
      .update(sessions)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(sessions.id, input.sessionId), eq(sessions.userId, userId), isOpen()))
      .returning({ id: sessions.id });
    if (ended.length === 0) throw notFound();
    await record(tx, userActor(session), {
      chain: INSTANCE_CHAIN,
      event: "session.revoked",
      subjectId: input.sessionId,
      subjectName: name,
    });
  });
}
