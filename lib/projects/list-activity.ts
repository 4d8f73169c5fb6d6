import { may, type ProjectContext, requirePermission } from "@/lib/access";
import { listEvents } from "@/lib/audit";
import { eventSentence } from "@/lib/projects/event-sentence";
import type { ActivityPage } from "@/lib/projects/views";

const PAGE_SIZE = 50;

/**
 * What was done in the project, newest first, in words. Owners and admins see everything, members what they did themselves;
 * others are refused. `before` is the `nextBefore` of the page above.
 */
export async function listActivity(
  context: ProjectContext,
  input: { before?: number },
): Promise<ActivityPage> {
  requirePermission(context, "activity.own");
  const isOwnOnly = !may(context, "activity.all").allowed;
  const rows = await listEvents(context.projectId, {
    limit: PAGE_SIZE + 1,
    ...(input.before === undefined ? {} : { before: input.before }),
    ...(isOwnOnly ? { actorId: context.user.id } : {}),
  });
  const items = rows.slice(0, PAGE_SIZE).map((row) => ({
    id: row.id,
    seq: row.seq,
    at: row.at,
    actor: row.actorName ?? "The console",
    sentence: eventSentence(row),
    address: row.address,
    isByPerson: row.actorKind === "user",
  }));
  return { items, isOwnOnly, nextBefore: rows.length > PAGE_SIZE ? (items.at(-1)?.seq ?? null) : null };
}
