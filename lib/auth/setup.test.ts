import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { auditEvents, db, oneTimeLinks, users } from "@/db";
import { consumeLink, createFirstOwner, createLink, describeLink, isSetUp } from "@/lib/auth";
import { useTestDatabase } from "@/lib/testing/database";

useTestDatabase();

const owner = { name: "Ada", email: "ada@example.com", password: "four words make this" };

beforeEach(async () => {
  await db().delete(oneTimeLinks);
  await db().delete(users);
});

async function setupToken(): Promise<string> {
  const { token } = await createLink(db(), { purpose: "setup", userId: null, minutes: 60 });
  return token.reveal();
}

describe("setting up", () => {
  test("makes the first person an instance admin and gives a link that signs them in", async () => {
    expect(await isSetUp()).toBe(false);
    const { signInToken } = await createFirstOwner({ ...owner, token: await setupToken() }, "203.0.113.9");
    const [person] = await db().select().from(users);
    expect(person).toMatchObject({ name: "Ada", email: "ada@example.com", isInstanceAdmin: true });
    expect(person?.passwordHash).not.toContain(owner.password);
    expect(await consumeLink(db(), "sign_in", signInToken.reveal())).toEqual({ userId: person?.id });
    expect(await isSetUp()).toBe(true);
    const events = await db()
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.subjectId, person?.id ?? ""));
    expect(events).toMatchObject([
      { event: "user.created", actorName: "Set-up link" },
      { event: "link.used", actorName: "Ada", address: "203.0.113.9" },
    ]);
  });

  test("makes one person of any number who try at once, each with a link of their own", async () => {
    const tokens = await Promise.all(Array.from({ length: 6 }, setupToken));
    const attempts = tokens.map((token, index) =>
      createFirstOwner({ ...owner, email: `${index}@example.com`, token }, null).then(
        () => "made",
        (error) => error.code,
      ),
    );
    expect((await Promise.all(attempts)).sort()).toEqual([
      "conflict",
      "conflict",
      "conflict",
      "conflict",
      "conflict",
      "made",
    ]);
    expect(await db().select().from(users)).toHaveLength(1);
  });

  test("makes nobody without a link, and leaves the link usable after bad input", async () => {
    await expect(createFirstOwner({ ...owner, token: "x" }, null)).rejects.toMatchObject({ code: "invalid" });
    const token = await setupToken();
    await expect(createFirstOwner({ ...owner, token, password: "short" }, null)).rejects.toThrow();
    expect(await db().select().from(users)).toEqual([]);
    expect(await describeLink("setup", token)).not.toBeNull();
  });

  test("is over once there is somebody: a link that is left does nothing", async () => {
    const [first, second] = [await setupToken(), await setupToken()];
    await createFirstOwner({ ...owner, token: first }, null);
    const again = createFirstOwner({ ...owner, email: "eve@example.com", token: second }, null);
    await expect(again).rejects.toMatchObject({ code: "conflict" });
    expect(await db().select().from(users)).toHaveLength(1);
  });
});
