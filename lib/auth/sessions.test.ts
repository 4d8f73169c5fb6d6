import { eq, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { db, sessions } from "@/db";
import { listEvents } from "@/lib/audit";
import {
  endOtherSessions,
  endSession,
  findSession,
  listSessions,
  revokeSession,
  startSession,
} from "@/lib/auth/sessions";
import { useTestDatabase } from "@/lib/testing/database";
import { addUser } from "@/lib/testing/people";

useTestDatabase();

const browser = { address: "203.0.113.9", userAgent: "Firefox" };

async function signedIn() {
  const person = await addUser();
  const sessionId = await startSession(person.id, browser);
  return { person, sessionId, session: { sessionId, user: person.user } };
}

const eventsOf = async (userId: string) =>
  (await listEvents("instance", { limit: 200 }))
    .filter(({ actorId }) => actorId === userId)
    .map(({ event, subjectId, address }) => [event, subjectId, address]);

describe("a session", () => {
  test("has its start, its end and its revocation in the audit, each once", async () => {
    const { person, session, sessionId } = await signedIn();
    const other = await startSession(person.id, browser);
    await revokeSession(session, { sessionId: other });
    await endSession(db(), sessionId, "203.0.113.7");
    await endSession(db(), sessionId, "203.0.113.7");
    expect(await eventsOf(person.id)).toEqual([
      ["session.ended", sessionId, "203.0.113.7"],
      ["session.revoked", other, null],
      ["session.started", other, "203.0.113.9"],
      ["session.started", sessionId, "203.0.113.9"],
    ]);
  });

  test("says who is signed in", async () => {
    const { sessionId, person } = await signedIn();
    expect(await findSession(sessionId)).toEqual({ sessionId, user: person.user });
  });

  test("is over for the very next request once it ended", async () => {
    const { sessionId } = await signedIn();
    await endSession(db(), sessionId);
    expect(await findSession(sessionId)).toBeNull();
  });

  test("is over when its time is", async () => {
    const { sessionId, person } = await signedIn();
    await db()
      .update(sessions)
      .set({ expiresAt: sql`now() - interval '1 second'` })
      .where(eq(sessions.userId, person.id));
    expect(await findSession(sessionId)).toBeNull();
  });

  test("can be revoked by its person, and by nobody else", async () => {
    const mine = await signedIn();
    const theirs = await signedIn();
    const input = { sessionId: theirs.sessionId };
    await expect(revokeSession(mine.session, input)).rejects.toMatchObject({ code: "not_found" });
    expect(await findSession(theirs.sessionId)).not.toBeNull();
    await revokeSession(theirs.session, input);
    expect(await findSession(theirs.sessionId)).toBeNull();
    await expect(revokeSession(theirs.session, input)).rejects.toMatchObject({ code: "not_found" });
  });

  test("survives when the others of its person are ended", async () => {
    const { sessionId, person } = await signedIn();
    const other = await startSession(person.id, browser);
    const stranger = await signedIn();
    expect(await endOtherSessions(db(), person.id, sessionId)).toBe(1);
    expect(await findSession(sessionId)).not.toBeNull();
    expect(await findSession(other)).toBeNull();
    expect(await findSession(stranger.sessionId)).not.toBeNull();
  });

  test("is listed to its person while it is open, the current one first", async () => {
    const { session, person, sessionId } = await signedIn();
    const other = await startSession(person.id, { address: null, userAgent: "x".repeat(1000) });
    const ended = await startSession(person.id, browser);
    await endSession(db(), ended);
    const list = await listSessions(session);
    expect(list.map(({ id, isCurrent }) => [id, isCurrent])).toEqual([
      [sessionId, true],
      [other, false],
    ]);
    expect(list[0]).toMatchObject({ address: "203.0.113.9", userAgent: "Firefox" });
    expect(list[1]?.userAgent).toHaveLength(300);
  });

  test("notes when it was last seen, at most once a minute", async () => {
    const { sessionId } = await signedIn();
    const seen = async () =>
      (await db().select().from(sessions).where(eq(sessions.id, sessionId)))[0]?.lastSeenAt;
    const first = await seen();
    await findSession(sessionId);
    expect(await seen()).toEqual(first);
    await db()
      .update(sessions)
      .set({ lastSeenAt: sql`now() - interval '2 minutes'` })
      .where(eq(sessions.id, sessionId));
    await findSession(sessionId);
    expect((await seen())?.getTime()).toBeGreaterThanOrEqual(first?.getTime() ?? Number.POSITIVE_INFINITY);
  });
});
