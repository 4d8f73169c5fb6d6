import { eq, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { db, throttles } from "@/db";
import { clearThrottle, requireAttempt, throttle } from "@/lib/auth/throttle";
import { useTestDatabase } from "@/lib/testing/database";

useTestDatabase();

let keys = 0;
const newKey = () => `test:${++keys}`;

const endWindow = (key: string) =>
  db().update(throttles).set({ resetsAt: sql`now() - interval '1 second'` }).where(eq(throttles.key, key));

describe("throttle", () => {
  test("lets exactly the limit through, of any number that come at once", async () => {
    const key = newKey();
    const attempts = await Promise.all(Array.from({ length: 25 }, () => throttle(key, 10, 60)));
    expect(attempts.filter((attempt) => attempt.isAllowed)).toHaveLength(10);
  });

  test("says when to try again, in words", async () => {
    const key = newKey();
    await requireAttempt(key, 1, 600);
    await expect(requireAttempt(key, 1, 600)).rejects.toMatchObject({
      code: "rate_limited",
      message: "Too many attempts. Try again in 10 minutes.",
    });
  });

  test("does not push the window out by further attempts", async () => {
    const key = newKey();
    const first = await throttle(key, 1, 600);
    const later = await throttle(key, 1, 600);
    expect(later.retryAt).toEqual(first.retryAt);
  });

  test("begins again when the window is over", async () => {
    const key = newKey();
    await throttle(key, 1, 600);
    expect((await throttle(key, 1, 600)).isAllowed).toBe(false);
    await endWindow(key);
    expect((await throttle(key, 1, 600)).isAllowed).toBe(true);
  });

  test("keeps counts apart by key and forgets a cleared one", async () => {
    const [one, other] = [newKey(), newKey()];
    await throttle(one, 1, 600);
    expect((await throttle(other, 1, 600)).isAllowed).toBe(true);
    await clearThrottle(one);
    expect((await throttle(one, 1, 600)).isAllowed).toBe(true);
  });

  test("does not keep counts for ever", async () => {
    const old = newKey();
    await throttle(old, 1, 600);
    await db()
      .update(throttles)
      .set({ resetsAt: sql`now() - interval '2 hours'` })
      .where(eq(throttles.key, old));
    await throttle(newKey(), 1, 600);
    expect(await db().select().from(throttles).where(eq(throttles.key, old))).toEqual([]);
  });
});
