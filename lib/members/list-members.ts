import { eq, sql } from "drizzle-orm";
import { db, members, users } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import type { MemberView } from "@/lib/members/views";

/** The people of the project, by name. */
export async function listMembers(context: ProjectContext): Promise<MemberView[]> {
  requirePermission(context, "project.view");
  return db()
    .select({
      id: users.id,
      name: users.name,
      email: users.email,
      role: members.role,
      since: members.createdAt,
    })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(eq(members.projectId, context.projectId))
    .orderBy(sql`lower(${users.name})`, users.id);
}
