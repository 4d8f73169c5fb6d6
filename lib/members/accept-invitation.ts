import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { db, type Executor, invitations, members, type Transaction } from "@/db";
import { type Actor, type Session, userActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { createLink } from "@/lib/auth/links";
import { newPasswordSchema } from "@/lib/auth/passwords";
import { requireAttempt } from "@/lib/auth/throttle";
import { findUserByEmail, hashNew, insertUserRow, personNameSchema, recordNewUser } from "@/lib/auth/users";
import { addressKey } from "@/lib/client-address";
import { conflict, forbidden, invalid } from "@/lib/errors";
import { announce } from "@/lib/events";
import { isAddress } from "@/lib/members/describe-invitation";
import { deadState, type FoundInvitation, findInvitation } from "@/lib/members/find-invitation";
import { lockPeople } from "@/lib/members/lock-project";
import type { Secret } from "@/lib/secret";

export const acceptSchema = z.object({ token: z.string().max(100) });
export const joinSchema = acceptSchema.extend({ name: personNameSchema, password: newPasswordSchema });

const over = () => invalid("This invitation cannot be used any more. Ask for a new one.");

/** A signed-in person joins by the link that was made for their address. Throws `forbidden` for anybody else, `invalid` when it is over. */
export async function acceptInvitation(
  session: Session,
  { token }: z.infer<typeof acceptSchema>,
): Promise<{ projectId: string }> {
  await limit(session.address ?? null);
  const found = await usable(token);
  if (!isAddress(session, found.email)) {
    throw forbidden(`This invitation is for ${found.email}. Sign in with that account to accept it.`);
  }
  await db().transaction((tx) => join(tx, token, userActor(session), session.user.id));
  return { projectId: found.projectId };
}

/**
 * Makes the account that an invitation is for and joins with it. Answers with a one-time token that signs this browser in. Throws
 * `conflict` when there is an account with the address: its owner signs in and accepts.
 */
export async function joinWithNewAccount(
  input: z.infer<typeof joinSchema>,
  address: string | null,
): Promise<{ projectId: string; signInToken: Secret }> {
  await limit(address);
  // Before the costly hash, so that nobody without a link can make us compute one.
  const found = await usable(input.token);
  if (await findUserByEmail(found.email)) {
    throw conflict(`There is an account for ${found.email} already. Sign in with it to accept.`);
  }
  const passwordHash = await hashNew(input.password);
  return db().transaction(async (tx) => {
    const row = { name: input.name, email: found.email, passwordHash, isInstanceAdmin: false };
    const user = await insertUserRow(tx, row);
    const actor: Actor = { kind: "user", id: user.id, name: user.name, address };
    await join(tx, input.token, actor, user.id);
    await recordNewUser(tx, user, actor);
    const { token } = await createLink(tx, { purpose: "sign_in", userId: user.id, minutes: 5 });
    return { projectId: found.projectId, signInToken: token };
  });
}

/** Nobody tries tokens; who does anyway is slowed down. */
const limit = (address: string | null) =>
  requireAttempt(`invitation:address:${addressKey(address)}`, 30, 15 * 60);

async function usable(token: string, executor: Executor = db()): Promise<FoundInvitation> {
  const found = await findInvitation(executor, token);
  if (!found || deadState(found) !== null) throw over();
  return found;
}

/** Uses the invitation up and makes the membership; of any number that try at once, one succeeds. */
async function join(tx: Transaction, token: string, actor: Actor, userId: string): Promise<void> {
  const { projectId } = await usable(token, tx);
  await lockPeople(tx, projectId);
  // Whoever invited may have lost that right while this waited.
  const { role, ...found } = await usable(token, tx);
  const joined = await tx
    .insert(members)
    .values({ projectId, userId, role })
    .onConflictDoNothing()
    .returning({ role: members.role });
  if (joined.length === 0) throw conflict("You are a member of this project already.");
  await tx
    .update(invitations)
    .set({ endedAt: sql`now()`, endedAs: "accepted", acceptedBy: userId })
    .where(eq(invitations.id, found.id));
  await announce(tx, { kind: "members", project: projectId });
  await record(tx, actor, {
    chain: projectId,
    event: "member.joined",
    subjectId: userId,
    subjectName: actor.name,
    facts: { role, invitedBy: found.inviterName },
  });
}
