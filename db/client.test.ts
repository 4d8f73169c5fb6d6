import { expect, test } from "vitest";
import { closeDatabase, db, pool } from "@/db";
import { useTestDatabase } from "@/lib/testing/database";

useTestDatabase();

test("what still runs after the database was closed opens no other connection", async () => {
  await db().execute("select 1");
  await closeDatabase();
  expect(() => db()).toThrow("This process has closed its database.");
  expect(() => pool()).toThrow("This process has closed its database.");
  await closeDatabase();
});
