import { toIncidentView } from "@/lib/integrations/incidents";
import { leftoversOf } from "@/lib/integrations/leftovers";
import type { NotificationRow } from "@/lib/notifications/select";
import type { NotificationView } from "@/lib/notifications/views";

/** Names each column that leaves the server. */
export async function toViews(rows: readonly NotificationRow[]): Promise<NotificationView[]> {
  const incidents = rows.map((row) => ({ ...row, id: row.incidentId }));
  const leftovers = await leftoversOf(incidents);
  return rows.map((row, index) => {
    const { id, projectId, projectName, apps, at, incidentId } = row;
    const incident = incidents[index] ?? row;
    const { kind, title, sentence } = toIncidentView(incident, apps, leftovers.get(incidentId));
    return {
      ...{ id, projectId, projectName, kind, title, sentence, apps, at },
      href: kind === "cleanup_gave_up" ? `/projects/${projectId}` : `/projects/${projectId}/integrations`,
      isRead: row.readAt !== null,
      end: row.endedAt && { at: row.endedAt, sentence: endSentence(row) },
    };
  });
}

/** What became of it, from what is true now. */
function endSentence({ kind, status }: NotificationRow): string {
  if (kind === "cleanup_gave_up") return "Somebody removed it by hand.";
  if (status === "removed" || status === "disconnecting") return "The integration was removed.";
  if (kind === "expiring") return "Its access was prolonged, or something newer was told.";
  return "It works again.";
}
