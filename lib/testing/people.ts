import { db, newId, users } from "@/db";

/** A person of a test's own. */
export async function addUser(values: Partial<typeof users.$inferInsert> = {}) {
  const id = newId("usr");
  const row = { id, name: "Ada", email: `${id}@example.com`, ...values };
  await db().insert(users).values(row);
  return {
    ...row,
    user: { id, name: row.name, email: row.email, isInstanceAdmin: row.isInstanceAdmin ?? false },
  };
}
