import { and, eq } from "drizzle-orm";
import { members, type Role, type Transaction, users } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { record } from "@/lib/audit";
import { announce } from "@/lib/events";
import { refuseLastOwner } from "@/lib/members/last-owner";
import { withdrawWhatIsPending } from "@/lib/members/withdraw";

type Ending = { userId: string; role: Role; event: "member.removed" | "member.left" };

/**
 * Takes somebody out of the project, under the lock: their next request finds no project, their open streams end with the
 * announcement, and what they had begun is withdrawn.
 */
export async function endMembership(
  tx: Transaction,
  context: ProjectContext,
  { userId, role, event }: Ending,
): Promise<void> {
  const { projectId } = context;
  if (role === "owner") await refuseLastOwner(tx, projectId);
  await tx.delete(members).where(and(eq(members.projectId, projectId), eq(members.userId, userId)));
  const withdrawn = await withdrawWhatIsPending(tx, { projectId, userId }, null);
  const [person] = await tx.select({ name: users.name }).from(users).where(eq(users.id, userId));
  await announce(tx, { kind: "members", project: projectId });
  await record(tx, context.actor, {
    chain: projectId,
    event,
    subjectId: userId,
    subjectName: person?.name ?? null,
    facts: { role, withdrawnInvitations: withdrawn.invitations },
  });
}
