import { beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { db } from "@/db";
import { requirePermission } from "@/lib/access";
import { instanceAction, projectAction, publicAction, sessionAction } from "@/lib/action";
import { createLink, currentSession, endSession, signInWithLink } from "@/lib/auth";
import { conflict } from "@/lib/errors";
import { useTestDatabase } from "@/lib/testing/database";
import { addProject, addUser, type TestPerson } from "@/lib/testing/people";
import { newBrowser, nextCache, nextRequest } from "@/lib/testing/request";

vi.mock("next/headers", async () => (await import("@/lib/testing/request")).nextHeaders);
vi.mock("next/cache", async () => (await import("@/lib/testing/request")).nextCache);

useTestDatabase();

const schema = z.object({ name: z.string().trim().min(1).max(5) });
const echo = publicAction(schema, async (input) => input);

const form = (fields: [string, string][]) => {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  return data;
};

async function signIn(person: TestPerson) {
  const { token } = await createLink(db(), { purpose: "sign_in", userId: person.id, minutes: 5 });
  await signInWithLink({ token: token.reveal() });
}

beforeEach(() => {
  newBrowser();
  nextCache.revalidatePath.mockClear();
});

describe("an action's input", () => {
  test("may be an object or a form, with React's previous state before it", async () => {
    const value = { ok: true, value: { name: "Ada" } };
    expect(await echo({ name: " Ada " })).toEqual(value);
    expect(await echo(form([["name", "Ada"]]))).toEqual(value);
    expect(await echo({ ok: false }, form([["name", "Ada"]]))).toEqual(value);
  });

  test("loses the fields that Next adds for itself", async () => {
    const sent = form([
      ["$ACTION_REF_1", ""],
      ["$ACTION_1:0", "{}"],
      ["name", "Ada"],
    ]);
    expect(await echo(sent)).toMatchObject({ ok: true });
  });

  test("is refused with a sentence at each field", async () => {
    expect(await echo({ name: "" })).toEqual({
      ok: false,
      code: "invalid",
      message: "Fill this in.",
      fields: { name: "Fill this in." },
    });
    expect(await echo({})).toMatchObject({ fields: { name: "Fill this in." } });
    expect(await echo({ name: "too long" })).toMatchObject({ fields: { name: "At most 5 characters." } });
  });

  test("is refused with a key that the schema does not name", async () => {
    const answer = await echo({ name: "Ada", role: "owner" });
    expect(answer).toMatchObject({
      ok: false,
      code: "invalid",
      fields: { form: expect.stringContaining("role") },
    });
  });

  test("is refused with a field that is sent twice", async () => {
    expect(
      await echo(
        form([
          ["name", "Ada"],
          ["name", "Eve"],
        ]),
      ),
    ).toMatchObject({ ok: false, code: "invalid" });
  });

  test.each([null, undefined, "text", 7, [["name", "Ada"]]])("is refused as %j", async (sent) => {
    expect(await echo(sent)).toMatchObject({ ok: false, code: "invalid" });
  });
});

describe("an action's answer", () => {
  test("carries an expected failure with its fields", async () => {
    const refuse = publicAction(schema, async () => {
      throw conflict("Taken.", { name: "Taken already." });
    });
    expect(await refuse({ name: "Ada" })).toEqual({
      ok: false,
      code: "conflict",
      message: "Taken.",
      fields: { name: "Taken already." },
    });
  });

  test("says nothing of an unexpected failure but an id", async () => {
    const fail = publicAction(schema, async () => {
      throw new Error("password=hunter2 at 10.0.0.1");
    });
    const answer = await fail({ name: "Ada" });
    expect(answer).toMatchObject({ ok: false, code: "unexpected" });
    expect(JSON.stringify(answer)).not.toMatch(/hunter2|10\.0\.0\.1/);
    expect(JSON.stringify(answer)).toMatch(/\([0-9a-f]{10}\)/);
  });

  test("is a redirect where the action says so, after what changed was marked", async () => {
    const move = publicAction(schema, async (input) => input.name, {
      revalidate: (name) => [`/${name}`],
      redirectTo: (name) => `/${name}/next`,
    });
    await expect(move({ name: "Ada" })).rejects.toMatchObject({
      digest: expect.stringContaining("/Ada/next"),
    });
    expect(nextCache.revalidatePath).toHaveBeenCalledWith("/Ada");
  });
});

describe("who may act", () => {
  test.each([
    ["another site", { origin: "https://evil.example" }],
    ["a sandboxed page", { origin: "null" }],
    ["another port of this machine", { origin: "http://localhost:4000" }],
  ])("not %s", async (_, headers) => {
    nextRequest(headers);
    expect(await echo({ name: "Ada" })).toMatchObject({ ok: false, code: "forbidden" });
  });

  test("nobody who does not say where they come from", async () => {
    nextRequest();
    const { request } = await import("@/lib/testing/request");
    request.headers.delete("origin");
    expect(await echo({ name: "Ada" })).toMatchObject({ code: "forbidden" });
    request.headers.set("sec-fetch-site", "same-origin");
    expect(await echo({ name: "Ada" })).toMatchObject({ ok: true });
  });

  test("nobody without a session, and nobody whose session has just ended", async () => {
    const who = sessionAction(z.object({}), async (session) => session.user.id);
    expect(await who({})).toMatchObject({ ok: false, code: "unauthenticated" });
    const person = await addUser();
    await signIn(person);
    expect(await who({})).toEqual({ ok: true, value: person.id });
    await endSession(db(), (await currentSession())?.sessionId ?? "");
    expect(await who({})).toMatchObject({ ok: false, code: "unauthenticated" });
  });

  test("in a project only its members, as the role that they have now", async () => {
    const deploy = projectAction(z.object({}), async (context) => {
      requirePermission(context, "app.deploy");
      return context.role;
    });
    const viewer = await addProject("viewer");
    const owner = await addProject("owner");
    await signIn(viewer.person);
    expect(await deploy({ projectId: viewer.projectId })).toMatchObject({
      code: "forbidden",
      message: "Only an owner, admin or member may do this.",
    });
    const foreign = await deploy({ projectId: owner.projectId });
    expect(foreign).toMatchObject({ ok: false, code: "not_found" });
    expect(await deploy({ projectId: "prj_unknown" })).toEqual(foreign);
    expect(await deploy({})).toEqual(foreign);
    newBrowser();
    await signIn(owner.person);
    expect(await deploy(form([["projectId", owner.projectId]]))).toEqual({ ok: true, value: "owner" });
  });

  test("on the instance only its admins, whatever they own", async () => {
    const touch = instanceAction(z.object({}), async (context) => context.user.id);
    const { person } = await addProject("owner");
    await signIn(person);
    expect(await touch({})).toMatchObject({ ok: false, code: "forbidden" });
    newBrowser();
    const admin = await addUser({ isInstanceAdmin: true });
    await signIn(admin);
    expect(await touch({})).toEqual({ ok: true, value: admin.id });
  });
});
