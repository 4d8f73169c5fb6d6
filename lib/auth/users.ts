import { sql } from "drizzle-orm";
import { z } from "zod";
import { db, type Transaction, users } from "@/db";
import type { Actor } from "@/lib/access";
import { record } from "@/lib/audit";
import { hashPassword, newPasswordSchema } from "@/lib/auth/passwords";
import { conflict } from "@/lib/errors";

export const emailSchema = z.email("Write an address such as ada@example.com.").max(254);
export const personNameSchema = z.string().trim().min(1, "Write a name.").max(80, "At most 80 characters.");

export type NewUser = {
  email: string;
  name: string;
  /** Absent for a person who comes in by one-time link first. */
  password?: string | undefined;
  isInstanceAdmin: boolean;
};

/** Adds a person. Throws `conflict` when the address is taken, and ZodError when a value cannot be used. */
export async function createUser(input: NewUser, actor: Actor): Promise<{ id: string }> {
  const passwordHash = input.password === undefined ? null : await hashNew(input.password);
  return db().transaction((tx) => insertUser(tx, { ...input, passwordHash }, actor));
}

/** The hash of a password that meets the rule; outside of a transaction, since it takes a fifth of a second. */
export const hashNew = (password: string): Promise<string> => hashPassword(newPasswordSchema.parse(password));

type Row = { email: string; name: string; passwordHash: string | null; isInstanceAdmin: boolean };

/** Adds a person in the caller's transaction and writes it down. Throws `conflict` when the address is taken. */
export async function insertUser(tx: Transaction, row: Row, actor: Actor): Promise<{ id: string }> {
  const user = await insertUserRow(tx, row);
  await recordNewUser(tx, user, actor);
  return { id: user.id };
}

export type NewUserRow = { id: string; name: string; email: string; isInstanceAdmin: boolean };

/** The row alone: follow it with `recordNewUser` after what the caller writes to a project's chain. */
export async function insertUserRow(tx: Transaction, row: Row): Promise<NewUserRow> {
  const [user] = await tx
    .insert(users)
    .values({
      email: emailSchema.parse(row.email),
      name: personNameSchema.parse(row.name),
      passwordHash: row.passwordHash,
      isInstanceAdmin: row.isInstanceAdmin,
    })
    .onConflictDoNothing()
    .returning({
      id: users.id,
      name: users.name,
      email: users.email,
      isInstanceAdmin: users.isInstanceAdmin,
    });
  if (!user)
    throw conflict("There is a person with this address already.", { email: "This address is taken." });
  return user;
}

export const recordNewUser = (tx: Transaction, user: NewUserRow, actor: Actor): Promise<void> =>
  record(tx, actor, {
    chain: "instance",
    event: "user.created",
    subjectId: user.id,
    subjectName: user.name,
    facts: { isInstanceAdmin: user.isInstanceAdmin },
  });

/** The person with this address, whatever its capitals. */
export async function findUserByEmail(email: string) {
  const [row] = await db()
    .select({ id: users.id, name: users.name, email: users.email, passwordHash: users.passwordHash })
    .from(users)
    .where(sql`lower(${users.email}) = lower(${email})`)
    .limit(1);
  return row ?? null;
}
