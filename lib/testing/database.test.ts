import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { db, newId, users } from "@/db";
import { env } from "@/lib/env";
import { useTestDatabase } from "@/lib/testing/database";

const database = useTestDatabase();

describe("a test's database", () => {
  test("is migrated, empty, and the one that the product opens", async () => {
    expect(env().DATABASE_URL).toBe(database.url());
    expect(await db().select({ id: users.id }).from(users)).toEqual([]);
    const id = newId("usr");
    await db()
      .insert(users)
      .values({ id, email: `${randomBytes(4).toString("hex")}@example.test`, name: "Ada" });
    expect(await db().select({ id: users.id }).from(users)).toEqual([{ id }]);
  });

  test("comes with a master key of 32 bytes and a data folder", () => {
    expect(existsSync(database.dataDir())).toBe(true);
    const key = readFileSync(process.env.MASTER_KEY_FILE ?? "", "utf8");
    expect(Buffer.from(key, "base64")).toHaveLength(32);
  });
});
