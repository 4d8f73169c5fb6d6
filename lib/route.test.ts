import { NextRequest } from "next/server";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { db } from "@/db";
import { createLink, signInWithLink } from "@/lib/auth";
import { projectRoute, type RouteHandler, sessionRoute } from "@/lib/route";
import { useTestDatabase } from "@/lib/testing/database";
import { addProject, type TestPerson } from "@/lib/testing/people";
import { newBrowser } from "@/lib/testing/request";

vi.mock("next/headers", async () => (await import("@/lib/testing/request")).nextHeaders);

useTestDatabase();

beforeEach(newBrowser);

async function signIn(person: TestPerson) {
  const { token } = await createLink(db(), { purpose: "sign_in", userId: person.id, minutes: 5 });
  await signInWithLink({ token: token.reveal() });
}

const call = (
  handler: RouteHandler,
  params: Record<string, string> = {},
  init: { method?: string; headers?: Record<string, string>; signal?: AbortSignal } = {},
) => handler(new NextRequest("http://localhost:3000/api/x", init), { params: Promise.resolve(params) });

const whoAmI = sessionRoute(async (session) => ({ id: session.user.id }));
const role = projectRoute(async (context) => ({ role: context.role }));

describe("a handler", () => {
  test("answers a signed-in person in JSON that nobody keeps", async () => {
    const { person } = await addProject();
    expect((await call(whoAmI)).status).toBe(401);
    await signIn(person);
    const response = await call(whoAmI);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({ id: person.id });
  });

  test("answers alike for a foreign and an unknown project", async () => {
    const mine = await addProject("viewer");
    const theirs = await addProject();
    await signIn(mine.person);
    expect(await (await call(role, { project: mine.projectId })).json()).toEqual({ role: "viewer" });
    const answers: unknown[][] = [];
    for (const project of [theirs.projectId, "prj_00000000000000000000", "x"]) {
      const response = await call(role, { project });
      answers.push([response.status, [...response.headers], await response.text()]);
    }
    expect(answers[0]?.[0]).toBe(404);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test("refuses to change anything for another site", async () => {
    const { person } = await addProject();
    await signIn(person);
    const from = (origin: string) => call(whoAmI, {}, { method: "POST", headers: { origin } });
    expect((await from("https://evil.example")).status).toBe(403);
    expect((await from("http://localhost:3000")).status).toBe(200);
  });

  test("gives an id for what was not expected, and nothing else", async () => {
    const { person } = await addProject();
    await signIn(person);
    const broken = sessionRoute(async () => {
      throw new Error("password=hunter2");
    });
    const response = await call(broken);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("hunter2");
  });

  test("takes nobody's leaving for an error of its own, and an error for no leaving", async () => {
    const { person } = await addProject();
    await signIn(person);
    const asked = new AbortController();
    const stopped = sessionRoute(async (_, { request }) => {
      asked.abort();
      request.signal.throwIfAborted();
    });
    expect((await call(stopped, {}, { signal: asked.signal })).status).toBe(499);
    const gone = AbortSignal.abort();
    const broken = sessionRoute(async () => {
      throw new Error("broken");
    });
    expect((await call(broken, {}, { signal: gone })).status).toBe(500);
  });
});
