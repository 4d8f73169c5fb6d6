import { and, eq, isNull, sql } from "drizzle-orm";
import type { z } from "zod";
import { db, invitations, members, type Role, type Transaction, users } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { record } from "@/lib/audit";
import { requireAttempt } from "@/lib/auth/throttle";
import { conflict } from "@/lib/errors";
import { announce } from "@/lib/events";
import { queueMail } from "@/lib/mail";
import { invitationMail } from "@/lib/members/invitation-mail";
import { newInvitationToken } from "@/lib/members/invitation-token";
import { lockAs, requirePower } from "@/lib/members/lock-project";
import type { inviteSchema } from "@/lib/members/schemas";
import type { Secret } from "@/lib/secret";

const DAYS = 7;

export type Invited = {
  invitationId: string;
  email: string;
  /** Shown once, to whoever invites; it can be had anew, never again. */
  url: Secret;
  /** It is on its way by mail as well. */
  isMailed: boolean;
};

/**
 * Invites a person to the project by a link that works once, for seven days, for this address alone. An earlier open invitation of the
 * address ends. Throws `forbidden` for an admin who names an owner, `conflict` for somebody who is a member, `rate_limited`.
 */
export async function inviteMember(
  context: ProjectContext,
  input: z.infer<typeof inviteSchema>,
): Promise<Invited> {
  requirePermission(context, "members.manage");
  await limitInvitations(context, input.email);
  return db().transaction((tx) => invite(tx, context, input));
}

/** Thirty an hour by one person, five an hour to one address: nobody is flooded from here. */
export async function limitInvitations(context: ProjectContext, email: string): Promise<void> {
  await requireAttempt(`invite:by:${context.user.id}`, 30, 3600);
  await requireAttempt(`invite:to:${context.projectId}:${email.toLowerCase()}`, 5, 3600);
}

/** Ends what was open for the address and makes a new invitation, in one transaction. */
export async function invite(
  tx: Transaction,
  context: ProjectContext,
  { email, role }: { email: string; role: Role },
): Promise<Invited> {
  const { projectId } = context;
  const power = await lockAs(tx, context);
  requirePower(power, role);
  await refuseMember(tx, projectId, email);
  const replaced = await endEarlier(tx, projectId, email);
  requirePower(power, ...replaced);
  const { tokenHash, url } = newInvitationToken();
  const [row] = await tx
    .insert(invitations)
    .values({
      ...{ projectId, email, role, tokenHash },
      invitedBy: context.user.id,
      expiresAt: sql`now() + make_interval(days => ${DAYS})`,
    })
    .returning({ id: invitations.id });
  if (!row) throw new Error("A new invitation returned no row.");
  const isMailed = await queueMail(tx, {
    about: { invitationId: row.id },
    to: email,
    ...invitationMail({ inviter: context.user.name, projectName: context.projectName, role, url }),
  });
  await announce(tx, { kind: "members", project: projectId });
  await record(tx, context.actor, {
    chain: projectId,
    event: "member.invited",
    subjectId: row.id,
    subjectName: email,
    facts: { role, again: replaced.length > 0 },
  });
  return { invitationId: row.id, email, url, isMailed };
}

async function refuseMember(tx: Transaction, projectId: string, email: string): Promise<void> {
  const [member] = await tx
    .select({ name: users.name })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.projectId, projectId), sql`lower(${users.email}) = lower(${email})`));
  if (!member) return;
  const message = `${member.name} is a member already.`;
  throw conflict(message, { email: message });
}

async function endEarlier(tx: Transaction, projectId: string, email: string): Promise<Role[]> {
  const ended = await tx
    .update(invitations)
    .set({ endedAt: sql`now()`, endedAs: "replaced" })
    .where(
      and(
        eq(invitations.projectId, projectId),
        sql`lower(${invitations.email}) = lower(${email})`,
        isNull(invitations.endedAt),
      ),
    )
    .returning({ role: invitations.role });
  return ended.map(({ role }) => role);
}
