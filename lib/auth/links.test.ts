import { eq, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { db, oneTimeLinks } from "@/db";
import { consumeLink, createLink, describeLink } from "@/lib/auth/links";
import { useTestDatabase } from "@/lib/testing/database";
import { addUser } from "@/lib/testing/people";

useTestDatabase();

async function newSignInLink() {
  const person = await addUser({ name: "Grace" });
  const link = await createLink(db(), { purpose: "sign_in", userId: person.id, minutes: 10 });
  return { person, token: link.token.reveal(), url: link.url.reveal() };
}

describe("a one-time link", () => {
  test("works for exactly one of twenty who use it at the same time", async () => {
    const { token, person } = await newSignInLink();
    const answers = await Promise.all(Array.from({ length: 20 }, () => consumeLink(db(), "sign_in", token)));
    expect(answers.filter((answer) => answer !== null)).toEqual([{ userId: person.id }]);
  });

  test("is not used up by being looked at", async () => {
    const { token, person } = await newSignInLink();
    const seen = { user: { name: "Grace", email: person.email } };
    expect(await describeLink("sign_in", token)).toEqual(seen);
    expect(await describeLink("sign_in", token)).toEqual(seen);
    expect(await consumeLink(db(), "sign_in", token)).toEqual({ userId: person.id });
    expect(await describeLink("sign_in", token)).toBeNull();
  });

  test("does nothing once its time is over", async () => {
    const { token, person } = await newSignInLink();
    await db()
      .update(oneTimeLinks)
      .set({ expiresAt: sql`now() - interval '1 second'` })
      .where(eq(oneTimeLinks.userId, person.id));
    expect(await describeLink("sign_in", token)).toBeNull();
    expect(await consumeLink(db(), "sign_in", token)).toBeNull();
  });

  test("does only what it was made for", async () => {
    const { token } = await newSignInLink();
    expect(await consumeLink(db(), "setup", token)).toBeNull();
  });

  test("is kept as a hash: neither token nor address is in the database", async () => {
    const { token } = await newSignInLink();
    const rows = await db().select().from(oneTimeLinks);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test("leads to the page of its purpose, and prints as [secret]", async () => {
    const { url, token } = await newSignInLink();
    expect(new URL(url).pathname).toBe("/sign-in/link");
    expect(new URL(url).searchParams.get("token")).toBe(token);
  });

  test.each(["", "x", "a".repeat(44), "../".repeat(20), "'; drop table users; --"])(
    "is not found by %j",
    async (token) => {
      expect(await describeLink("sign_in", token)).toBeNull();
      expect(await consumeLink(db(), "sign_in", token)).toBeNull();
    },
  );
});
