import { and, eq, sql } from "drizzle-orm";
import { db, hooks } from "@/db";

/** A push was found that the repository's hook had not told of: the hook is looked at next, whatever it was thought to be. */
export async function doubtHook(repositoryId: string): Promise<void> {
  await db()
    .update(hooks)
    .set({ checkAt: sql`least(${hooks.checkAt}, now())` })
    .where(and(eq(hooks.repositoryId, repositoryId), eq(hooks.status, "active")));
}
