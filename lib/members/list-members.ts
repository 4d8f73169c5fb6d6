import { eq, sql } from "drizzle-orm";
import { db, members, type Role, users } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";

export type MemberView = { id: string; name: string; email: string; role: Role; since: Date };

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
