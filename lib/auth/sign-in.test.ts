import { beforeEach, describe, expect, test, vi } from "vitest";
import { db, sessions } from "@/db";
import { listEvents } from "@/lib/audit";
import {
  changePassword,
  createLink,
  currentSession,
  endSession,
  hashPassword,
  sessionCookieName,
  signInWithLink,
  signInWithPassword,
  signOutHere,
} from "@/lib/auth";
import { useTestDatabase } from "@/lib/testing/database";
import { addUser } from "@/lib/testing/people";
import { newBrowser, nextRequest, request } from "@/lib/testing/request";

vi.mock("next/headers", async () => (await import("@/lib/testing/request")).nextHeaders);

useTestDatabase();

const PASSWORD = "four words make this";

beforeEach(newBrowser);

let hashed: Promise<string> | undefined;

async function personWithPassword() {
  hashed ??= hashPassword(PASSWORD);
  return addUser({ passwordHash: await hashed });
}

async function signedIn() {
  const person = await personWithPassword();
  await signInWithPassword({ email: person.email, password: PASSWORD });
  const session = await currentSession();
  if (!session) throw new Error("Nobody is signed in.");
  return { person, session };
}

describe("signing in", () => {
  test("opens a session that the next request finds, with browser and address", async () => {
    const { person, session } = await signedIn();
    expect(session).toMatchObject({ user: person.user, address: "203.0.113.9" });
    const [row] = (await db().select().from(sessions)).filter(({ id }) => id === session.sessionId);
    expect(row).toMatchObject({ userAgent: "Firefox", address: "203.0.113.9" });
  });

  test("ignores capitals in the address", async () => {
    const person = await personWithPassword();
    await signInWithPassword({ email: person.email.toUpperCase(), password: PASSWORD });
    expect((await currentSession())?.user.id).toBe(person.id);
  });

  test("says the same for a wrong password, an unknown address and a person without a password", async () => {
    const person = await personWithPassword();
    const guest = await addUser();
    for (const email of [person.email, guest.email, "nobody@example.com"]) {
      await expect(signInWithPassword({ email, password: "something else" })).rejects.toMatchObject({
        code: "invalid",
        message: "The email address or the password is wrong.",
      });
    }
    expect(await currentSession()).toBeNull();
  });

  test("is refused after ten attempts at one account, wherever they come from, even with the right password", async () => {
    const person = await personWithPassword();
    for (let attempt = 1; attempt <= 10; attempt++) {
      nextRequest({ "x-client-address": `198.51.100.${attempt}` });
      await signInWithPassword({ email: person.email, password: "wrong" }).catch(() => undefined);
    }
    await expect(signInWithPassword({ email: person.email, password: PASSWORD })).rejects.toMatchObject({
      code: "rate_limited",
      message: expect.stringMatching(/^Too many attempts. Try again in \d+ minutes?\.$/),
    });
  }, 120_000);

  test("by link works once", async () => {
    const person = await addUser();
    const { token } = await createLink(db(), { purpose: "sign_in", userId: person.id, minutes: 5 });
    await signInWithLink({ token: token.reveal() });
    expect((await currentSession())?.user.id).toBe(person.id);
    const events = (await listEvents("instance")).filter(({ actorId }) => actorId === person.id);
    expect(events.map(({ event }) => event)).toEqual(["session.started", "link.used"]);
    expect(JSON.stringify(events)).not.toContain(token.reveal());
    newBrowser();
    await expect(signInWithLink({ token: token.reveal() })).rejects.toMatchObject({ code: "invalid" });
    expect(await currentSession()).toBeNull();
  });
});

describe("a signed-in browser", () => {
  test("is signed out by the next request after its session ended, though it keeps its cookie", async () => {
    const { session } = await signedIn();
    await endSession(db(), session.sessionId);
    expect(request.cookies.has(sessionCookieName())).toBe(true);
    expect(await currentSession()).toBeNull();
  });

  test("loses session and cookie by signing out", async () => {
    const { session } = await signedIn();
    const stolen = request.cookies.get(sessionCookieName());
    await signOutHere(session);
    expect(request.cookies.has(sessionCookieName())).toBe(false);
    request.cookies.set(sessionCookieName(), stolen ?? "");
    expect(await currentSession()).toBeNull();
  });

  test("is nobody with a cookie that was tampered with, or is none of ours", async () => {
    await signedIn();
    const cookie = request.cookies.get(sessionCookieName()) ?? "";
    const middle = Math.floor(cookie.length * 0.6);
    const flipped = cookie[middle] === "A" ? "B" : "A";
    for (const value of ["", "x", `${cookie.slice(0, middle)}${flipped}${cookie.slice(middle + 1)}`]) {
      request.cookies.set(sessionCookieName(), value);
      expect(await currentSession()).toBeNull();
    }
  });

  test("stays when its person changes the password; the others do not", async () => {
    const { person, session } = await signedIn();
    const here = request.cookies;
    newBrowser();
    await signInWithPassword({ email: person.email, password: PASSWORD });
    const there = request.cookies;

    const wrong = changePassword(session, { currentPassword: "wrong", newPassword: "another four words" });
    await expect(wrong).rejects.toMatchObject({ fields: { currentPassword: expect.any(String) } });
    expect(await currentSession()).not.toBeNull();

    await changePassword(session, { currentPassword: PASSWORD, newPassword: "another four words" });
    request.cookies = there;
    expect(await currentSession()).toBeNull();
    request.cookies = here;
    expect(await currentSession()).not.toBeNull();

    newBrowser();
    await expect(signInWithPassword({ email: person.email, password: PASSWORD })).rejects.toThrow();
    await signInWithPassword({ email: person.email, password: "another four words" });
  }, 60_000);
});
