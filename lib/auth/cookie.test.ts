import { expect, test, vi } from "vitest";
import { db } from "@/db";
import { createLink, currentSession, sessionCookieName, signInWithLink } from "@/lib/auth";
import { useTestDatabase } from "@/lib/testing/database";
import { addUser } from "@/lib/testing/people";
import { newBrowser, nextHeaders, request } from "@/lib/testing/request";

vi.mock("next/headers", async () => (await import("@/lib/testing/request")).nextHeaders);
vi.hoisted(() => {
  process.env.CONSOLE_URL = "https://console.example";
});

useTestDatabase();

test("over https the session's cookie is bound to this host: __Host-, the root path, secure, no domain", async () => {
  newBrowser();
  const set = vi.spyOn(await nextHeaders.cookies(), "set");
  const person = await addUser();
  const { token } = await createLink(db(), { purpose: "sign_in", userId: person.id, minutes: 5 });
  await signInWithLink({ token: token.reveal() });
  expect(sessionCookieName()).toBe("__Host-authjs.session-token");
  expect(request.cookies.has("__Host-authjs.session-token")).toBe(true);
  const [, , options] = set.mock.calls.find(([name]) => name === sessionCookieName()) ?? [];
  expect(options).toMatchObject({ path: "/", secure: true, httpOnly: true, sameSite: "lax" });
  expect(options).not.toHaveProperty("domain");
  expect((await currentSession())?.user.id).toBe(person.id);
});
