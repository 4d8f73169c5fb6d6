import { sql } from "drizzle-orm";
import { z } from "zod";
import { db, users } from "@/db";
import { systemActor } from "@/lib/access";
import { consumeLink, createLink, describeLink, recordLinkUse } from "@/lib/auth/links";
import { newPasswordSchema } from "@/lib/auth/passwords";
import { emailSchema, hashNew, insertUser, personNameSchema } from "@/lib/auth/users";
import { conflict, invalid } from "@/lib/errors";
import type { Secret } from "@/lib/secret";

export const setupSchema = z.object({
  token: z.string().max(100),
  name: personNameSchema,
  email: emailSchema,
  password: newPasswordSchema,
});

const deadLink = () =>
  invalid(
    "This set-up link is too old or was used. The terminal prints a new one with `npm run console -- setup-link`.",
  );

/** Whether somebody exists already; then there is nothing to set up. */
export async function isSetUp(): Promise<boolean> {
  const rows = await db().select({ id: users.id }).from(users).limit(1);
  return rows.length > 0;
}

/**
 * Makes the first person, who is an instance admin, and a one-time link that signs them in. Of any number that try at once, one
 * succeeds; the others get `conflict`.
 */
export async function createFirstOwner(
  input: z.infer<typeof setupSchema>,
  address: string | null,
): Promise<{ signInToken: Secret }> {
  // Before the costly hash, so that nobody without the link can make us compute one.
  if (!(await describeLink("setup", input.token))) throw deadLink();
  const passwordHash = await hashNew(input.password);
  return db().transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('console.setup'))`);
    const someone = await tx.select({ id: users.id }).from(users).limit(1);
    if (someone.length > 0) throw conflict("This console is set up already. Sign in instead.");
    if (!(await consumeLink(tx, "setup", input.token))) throw deadLink();
    const { name, email } = input;
    const owner = await insertUser(
      tx,
      { name, email, passwordHash, isInstanceAdmin: true },
      systemActor("Set-up link"),
    );
    await recordLinkUse(tx, { id: owner.id, name }, address);
    const link = await createLink(tx, { purpose: "sign_in", userId: owner.id, minutes: 5 });
    return { signInToken: link.token };
  });
}
