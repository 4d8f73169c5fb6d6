import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { db, notifications } from "@/db";
import type { Session } from "@/lib/access";
import { notFound } from "@/lib/errors";

export const markReadSchema = z.object({ notificationId: z.string().max(40) });

/** The person who asks has seen it; again changes nothing. Throws `not_found` for somebody else's. */
export async function markRead(
  session: Session,
  { notificationId }: z.infer<typeof markReadSchema>,
): Promise<void> {
  const seen = await db()
    .update(notifications)
    .set({ readAt: sql`coalesce(${notifications.readAt}, now())` })
    .where(and(eq(notifications.id, notificationId), eq(notifications.userId, session.user.id)))
    .returning({ id: notifications.id });
  if (seen.length === 0) throw notFound();
}

/** The person who asks has seen all of it. */
export async function markAllRead(session: Session): Promise<void> {
  await db()
    .update(notifications)
    .set({ readAt: sql`now()` })
    .where(and(eq(notifications.userId, session.user.id), isNull(notifications.readAt)));
}
