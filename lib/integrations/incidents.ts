import { and, asc, eq, isNull } from "drizzle-orm";
import { db, integrationIncidents, integrations } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { statusSentence } from "@/lib/credentials";
import { appsByIntegration } from "@/lib/integrations/list";
import type { IncidentView } from "@/lib/integrations/views";
import { nameOf } from "@/lib/providers";

/** What needs somebody in this project now, oldest first: one entry for each incident, with the apps that wait for it. */
export async function listIncidents(ctx: ProjectContext): Promise<IncidentView[]> {
  requirePermission(ctx, "project.view");
  const [rows, using] = await Promise.all([selectOpen(ctx.projectId), appsByIntegration(ctx.projectId)]);
  return rows.map((row) => toView(row, using.get(row.integrationId) ?? []));
}

const selectOpen = (projectId: string) =>
  db()
    .select({
      id: integrationIncidents.id,
      integrationId: integrationIncidents.integrationId,
      kind: integrationIncidents.kind,
      reason: integrationIncidents.reason,
      days: integrationIncidents.days,
      openedAt: integrationIncidents.openedAt,
      account: integrations.accountLogin,
      provider: integrations.provider,
      origin: integrations.origin,
    })
    .from(integrationIncidents)
    .innerJoin(integrations, eq(integrations.id, integrationIncidents.integrationId))
    .where(and(eq(integrationIncidents.projectId, projectId), isNull(integrationIncidents.endedAt)))
    .orderBy(asc(integrationIncidents.openedAt));

type Row = Awaited<ReturnType<typeof selectOpen>>[number];

function toView(row: Row, apps: { id: string; name: string }[]): IncidentView {
  const provider = nameOf(row);
  return {
    id: row.id,
    integrationId: row.integrationId,
    account: row.account,
    host: new URL(row.origin).host,
    providerName: provider,
    kind: row.kind,
    days: row.days,
    sentence: incidentSentence(row, provider),
    since: row.openedAt.toISOString(),
    apps,
  };
}

function incidentSentence({ kind, reason, days, account }: Row, provider: string): string {
  if (kind === "needs_reauthorization")
    return statusSentence({ status: "needs_reauthorization", reason, provider });
  const left = days === 1 ? "in less than a day" : `in less than ${days} days`;
  return `The access that ${provider} gave to ${account} ends ${left} and cannot be prolonged. Re-authorize it before.`;
}
