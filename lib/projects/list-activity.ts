import { and, eq, inArray } from "drizzle-orm";
import { type ActorKind, apps, db } from "@/db";
import { may, type ProjectContext, requirePermission } from "@/lib/access";
import { eventSentence, listEvents } from "@/lib/audit";
import type { ActivityPage } from "@/lib/projects/views";
import { sourceProviders } from "@/lib/providers";

const PAGE_SIZE = 50;

/**
 * What was done in the project, newest first, in words. Owners and admins see everything, members what they did themselves;
 * others are refused. `before` is the `nextBefore` of the page above; with `integrationId` only what was done to or with that one.
 */
export async function listActivity(
  context: ProjectContext,
  input: { before?: number; integrationId?: string },
): Promise<ActivityPage> {
  requirePermission(context, "activity.own");
  const isOwnOnly = !may(context, "activity.all").allowed;
  const rows = await listEvents(context.projectId, {
    limit: PAGE_SIZE + 1,
    ...(input.before === undefined ? {} : { before: input.before }),
    ...(isOwnOnly ? { actorId: context.user.id } : {}),
    ...(input.integrationId === undefined ? {} : { subjectId: input.integrationId }),
  });
  const shown = rows.slice(0, PAGE_SIZE);
  const names = await appNames(context.projectId, shown.flatMap(appIdOf));
  const items = shown.map((row) => ({
    id: row.id,
    seq: row.seq,
    at: row.at,
    actor: actorWords(row),
    sentence: eventSentence({ ...row, appName: names.get(appIdOf(row)[0] ?? "") ?? null }),
    address: row.address,
    isByPerson: row.actorKind === "user",
    receiptOf: row.event === "integration.removed" ? row.subjectId : null,
  }));
  return { items, isOwnOnly, nextBefore: rows.length > PAGE_SIZE ? (items.at(-1)?.seq ?? null) : null };
}

type Doer = { actorKind: ActorKind; actorName: string | null };

/** Who did it, at the start of a sentence. */
function actorWords({ actorKind, actorName }: Doer): string {
  if (actorKind === "worker") return "The worker";
  if (actorKind === "system") return "The console";
  const provider = sourceProviders().find(({ id }) => actorKind === "provider" && id === actorName);
  return provider?.name ?? actorName ?? "Somebody";
}

/** Events name the app that they are about by its id. */
function appIdOf({ facts }: { facts: Record<string, unknown> }): string[] {
  const id = facts.appId ?? facts.app;
  return typeof id === "string" ? [id] : [];
}

async function appNames(projectId: string, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db()
    .select({ id: apps.id, name: apps.name })
    .from(apps)
    .where(and(eq(apps.projectId, projectId), inArray(apps.id, [...new Set(ids)])));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
