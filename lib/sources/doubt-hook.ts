import { and, eq, sql } from "drizzle-orm";
import { db, hooks } from "@/db";

/** A call may be on its way still. */
const GRACE_SECONDS = 30;

/** A push was found that the repository's hook had not told of: the hook is looked at soon, whatever it was thought to be. */
export async function doubtHook(repositoryId: string): Promise<void> {
  await db()
    .update(hooks)
    .set({ checkAt: sql`least(${hooks.checkAt}, now() + make_interval(secs => ${GRACE_SECONDS}))` })
    .where(and(eq(hooks.repositoryId, repositoryId), eq(hooks.status, "active")));
}
