import { and, eq, isNull } from "drizzle-orm";
import { type Executor, invitations } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { notFound } from "@/lib/errors";

/** An open invitation of the project. Throws `not_found` for one that ended, is foreign or does not exist. */
export async function openInvitation(executor: Executor, context: ProjectContext, invitationId: string) {
  const [row] = await executor
    .select({ id: invitations.id, email: invitations.email, role: invitations.role })
    .from(invitations)
    .where(
      and(
        eq(invitations.id, invitationId),
        eq(invitations.projectId, context.projectId),
        isNull(invitations.endedAt),
      ),
    );
  if (!row) throw notFound();
  return row;
}
