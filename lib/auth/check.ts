import { eq } from "drizzle-orm";
import { z } from "zod";
import { db, type Transaction, users } from "@/db";
import { consumeLink, recordLinkUse } from "@/lib/auth/links";
import { PASSWORD_MAX, verifyPassword } from "@/lib/auth/passwords";
import { clearThrottle, requireAttempt } from "@/lib/auth/throttle";
import { findUserByEmail } from "@/lib/auth/users";
import { addressKey } from "@/lib/client-address";
import { invalid } from "@/lib/errors";

const WINDOW_SECONDS = 15 * 60;
const ATTEMPTS_FOR_ADDRESS = 30;
const ATTEMPTS_FOR_ACCOUNT = 10;

export const passwordSignInSchema = z.object({
  email: z.string().trim().min(1, "Write your address.").max(254, "This address is too long."),
  password: z.string().min(1, "Write your password.").max(PASSWORD_MAX, "This password is too long."),
});
export const linkSignInSchema = z.object({ token: z.string().max(100) });

/**
 * The person whose address and password these are. Throws `rate_limited` after too many attempts from one address or at one
 * account, and the same `invalid` for an unknown address, a wrong password and a person who has none.
 */
export async function checkPassword(
  input: z.infer<typeof passwordSignInSchema>,
  address: string | null,
): Promise<{ userId: string }> {
  const account = `sign-in:account:${input.email.toLowerCase()}`;
  await requireAttempt(`sign-in:address:${addressKey(address)}`, ATTEMPTS_FOR_ADDRESS, WINDOW_SECONDS);
  await requireAttempt(account, ATTEMPTS_FOR_ACCOUNT, WINDOW_SECONDS);
  const user = await findUserByEmail(input.email);
  const isRight = await verifyPassword(input.password, user?.passwordHash ?? null);
  if (!user || !isRight) throw invalid("The email address or the password is wrong.");
  await clearThrottle(account);
  return { userId: user.id };
}

/** The person whom a one-time link signs in; the link is used up. Throws `invalid` when it cannot be used. */
export async function checkLink(token: string, address: string | null): Promise<{ userId: string }> {
  await requireAttempt(`link:address:${addressKey(address)}`, ATTEMPTS_FOR_ADDRESS, WINDOW_SECONDS);
  const userId = await db().transaction(async (tx) => {
    const link = await consumeLink(tx, "sign_in", token);
    if (link?.userId) await recordUse(tx, link.userId, address);
    return link?.userId;
  });
  if (!userId) throw invalid("This link was used already or is too old. Ask an instance admin for another.");
  return { userId };
}

async function recordUse(tx: Transaction, userId: string, address: string | null): Promise<void> {
  const [person] = await tx.select({ name: users.name }).from(users).where(eq(users.id, userId));
  await recordLinkUse(tx, { id: userId, name: person?.name ?? null }, address);
}
