import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { db, users } from "@/db";
import { type Session, userActor } from "@/lib/access";
import { type AuditEvent, record } from "@/lib/audit";
import { newPasswordSchema, PASSWORD_MAX, verifyPassword } from "@/lib/auth/passwords";
import { endOtherSessions } from "@/lib/auth/sessions";
import { requireAttempt } from "@/lib/auth/throttle";
import { emailSchema, hashNew, personNameSchema } from "@/lib/auth/users";
import { conflict, invalid } from "@/lib/errors";

export const profileSchema = z.object({ name: personNameSchema, email: emailSchema });
export const passwordChangeSchema = z.object({
  currentPassword: z.string().max(PASSWORD_MAX).default(""),
  newPassword: newPasswordSchema,
});

/** Changes the name and address of the person who asks. Throws `conflict` when the address is taken. */
export async function updateProfile(session: Session, input: z.infer<typeof profileSchema>): Promise<void> {
  const { name, email } = input;
  try {
    await db().transaction(async (tx) => {
      await tx.update(users).set({ name, email }).where(eq(users.id, session.user.id));
      await recordOn(tx, session, "user.profile_changed");
    });
  } catch (error) {
    if (!isTaken(error)) throw error;
    throw conflict("Another person has this address.", { email: "This address is taken." });
  }
}

/** PostgreSQL's unique_violation, which drizzle wraps. */
const isTaken = (error: unknown): boolean =>
  error instanceof Error &&
  ((error as { code?: unknown }).code === "23505" || (error.cause !== undefined && isTaken(error.cause)));

/**
 * Changes the password of the person who asks and ends their other sessions. A person who has one must know it; throws
 * `invalid` otherwise, and `rate_limited` after too many attempts.
 */
export async function changePassword(
  session: Session,
  input: z.infer<typeof passwordChangeSchema>,
): Promise<{ endedSessions: number }> {
  await requireCurrentPassword(session.user.id, input.currentPassword);
  const passwordHash = await hashNew(input.newPassword);
  return db().transaction(async (tx) => {
    await tx.update(users).set({ passwordHash }).where(eq(users.id, session.user.id));
    const endedSessions = await endOtherSessions(tx, session.user.id, session.sessionId);
    await recordOn(tx, session, "user.password_changed", { endedSessions });
    return { endedSessions };
  });
}

async function requireCurrentPassword(userId: string, typed: string): Promise<void> {
  const [user] = await db().select({ hash: users.passwordHash }).from(users).where(eq(users.id, userId));
  if (!user || user.hash === null) return;
  await requireAttempt(`password:user:${userId}`, 10, 15 * 60);
  if (!(await verifyPassword(typed, user.hash))) {
    throw invalid("The current password is wrong.", {
      currentPassword: "This is not your current password.",
    });
  }
}

/** Whether the person signs in with a password at all, or has only used one-time links. */
export async function hasPassword(session: Session): Promise<boolean> {
  const [user] = await db()
    .select({ has: sql<boolean>`${users.passwordHash} is not null` })
    .from(users)
    .where(eq(users.id, session.user.id));
  return user?.has ?? false;
}

function recordOn(
  tx: Parameters<typeof record>[0],
  session: Session,
  event: AuditEvent["event"],
  facts: Record<string, unknown> = {},
): Promise<void> {
  const { id, name } = session.user;
  return record(tx, userActor(session), {
    chain: "instance",
    event,
    subjectId: id,
    subjectName: name,
    facts,
  });
}
