import { and, eq, sql } from "drizzle-orm";
import { apps, type Transaction } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { record } from "@/lib/audit";
import { conflict, notFound } from "@/lib/errors";
import { announce } from "@/lib/events";

export type Edit = { appId: string; updatedAt: string };
/** What an edit changed, as the audit keeps it. */
export type Changes = Record<string, { from: unknown; to: unknown }>;
export type Saved = { updatedAt: string };

type Columns = Partial<
  Pick<typeof apps.$inferInsert, "name" | "buildKind" | "installCommand" | "buildCommand" | "outputDirectory">
>;

/**
 * Writes an edit of an app's settings, with its audit row, if nobody else saved meanwhile. Throws `conflict` otherwise: two
 * tabs must not overwrite each other unseen. Call it last: whoever holds an app must not wait for a head.
 */
export async function saveApp(
  tx: Transaction,
  ctx: ProjectContext,
  edit: Edit,
  columns: Columns,
  audit: { event: "app.renamed" | "app.build_changed" | "app.source_changed"; changes: Changes },
): Promise<Saved> {
  const [current] = await tx
    .select({ name: apps.name, updatedAt: apps.updatedAt })
    .from(apps)
    .where(and(eq(apps.id, edit.appId), eq(apps.projectId, ctx.projectId)))
    .for("no key update");
  if (!current) throw notFound();
  if (current.updatedAt.toISOString() !== edit.updatedAt) {
    throw conflict(
      `Not saved: somebody else changed ${current.name} meanwhile. Load the page again to see what is set now.`,
    );
  }
  // Milliseconds, as the form sends them back; later than before even when both fall into one.
  const updatedAt = sql`greatest(date_trunc('milliseconds', clock_timestamp()),
    date_trunc('milliseconds', ${apps.updatedAt}) + interval '1 millisecond')`;
  const [saved] = await tx
    .update(apps)
    .set({ ...columns, updatedAt })
    .where(eq(apps.id, edit.appId))
    .returning({ name: apps.name, updatedAt: apps.updatedAt });
  if (!saved) throw notFound();
  await announce(tx, { kind: "app", project: ctx.projectId, app: edit.appId });
  await record(tx, ctx.actor, {
    chain: ctx.projectId,
    event: audit.event,
    subjectId: edit.appId,
    subjectName: saved.name,
    facts: { changes: audit.changes },
  });
  return { updatedAt: saved.updatedAt.toISOString() };
}

/** What differs between two sets of settings. */
export function changesBetween<T extends Record<string, unknown>>(from: T, to: T): Changes {
  const changed = Object.keys(to).filter((key) => from[key] !== to[key]);
  return Object.fromEntries(changed.map((key) => [key, { from: from[key], to: to[key] }]));
}
