import crypto from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { hashPassword, newPasswordSchema, verifyPassword } from "@/lib/auth/passwords";

const PASSWORD = "four words make this";

afterEach(() => vi.restoreAllMocks());

describe("a password", () => {
  test("opens with itself only", async () => {
    const stored = await hashPassword(PASSWORD);
    expect(await verifyPassword(PASSWORD, stored)).toBe(true);
    expect(await verifyPassword(`${PASSWORD} `, stored)).toBe(false);
    expect(await verifyPassword("", stored)).toBe(false);
  });

  test("is kept with its own salt and the cost that it was made with", async () => {
    const [one, other] = await Promise.all([hashPassword(PASSWORD), hashPassword(PASSWORD)]);
    expect(one).not.toBe(other);
    expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toContain(PASSWORD);
  });

  test("costs the same work whether the person exists or not", async () => {
    const stored = await hashPassword(PASSWORD);
    const scrypt = vi.spyOn(crypto, "scrypt");
    await verifyPassword("wrong", stored);
    await verifyPassword("wrong", null);
    const work = scrypt.mock.calls.map(([, salt, bytes, options]) => [salt, bytes, options] as const);
    expect(work).toHaveLength(2);
    expect(work[1]?.slice(1)).toEqual(work[0]?.slice(1));
    expect(Buffer.from(work[1]?.[0] as Buffer)).toHaveLength(Buffer.from(work[0]?.[0] as Buffer).length);
  });

  test("never opens for somebody who has none", async () => {
    expect(await verifyPassword("", null)).toBe(false);
    expect(await verifyPassword("A".repeat(43), null)).toBe(false);
  });

  test("is the same however its accents were typed", async () => {
    expect(await verifyPassword("cafe\u0301 au lait", await hashPassword("caf\u00e9 au lait"))).toBe(true);
  });

  test("needs twelve characters", () => {
    expect(newPasswordSchema.safeParse("eleven char").success).toBe(false);
    expect(newPasswordSchema.safeParse("twelve chars").success).toBe(true);
    expect(newPasswordSchema.safeParse("x".repeat(257)).success).toBe(false);
  });
});
