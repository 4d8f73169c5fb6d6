import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { integrationIncidents, integrations, prepared } from "@/db";
import { may, type ProjectContext, requirePermission } from "@/lib/access";
import { lostSentence, statusSentence } from "@/lib/credentials";
import { type Leftovers, leftoversOf } from "@/lib/integrations/leftovers";
import { appsByIntegration } from "@/lib/integrations/list";
import type { IncidentView } from "@/lib/integrations/views";
import { hasEnteredCredentials, nameOf } from "@/lib/providers";

/**
 * What needs somebody in this project now, oldest first: one entry for each incident, with the apps that wait for it. A viewer sees what
 * does not work, and nothing of expiry or webhooks.
 */
export async function listIncidents(ctx: ProjectContext): Promise<IncidentView[]> {
  requirePermission(ctx, "project.view");
  const [open, using] = await Promise.all([selectOpen(ctx.projectId), appsByIntegration(ctx.projectId)]);
  const isDetailed = may(ctx, "project.details").allowed;
  const rows = open.filter(({ kind }) => isDetailed || kind === "needs_reauthorization");
  const leftovers = await leftoversOf(rows);
  return rows.map((row) =>
    toIncidentView(row, using.get(row.integrationId ?? "") ?? [], leftovers.get(row.id)),
  );
}

/** What is told of an incident, for whoever selects it together with its integration (a left join). */
export const incidentColumns = {
  id: integrationIncidents.id,
  integrationId: integrationIncidents.integrationId,
  kind: integrationIncidents.kind,
  reason: integrationIncidents.reason,
  days: integrationIncidents.days,
  openedAt: integrationIncidents.openedAt,
  account: integrations.accountLogin,
  provider: integrations.provider,
  origin: integrations.origin,
  leftAt: integrationIncidents.origin,
};

const OPEN = prepared((database) =>
  database
    .select(incidentColumns)
    .from(integrationIncidents)
    .leftJoin(integrations, eq(integrations.id, integrationIncidents.integrationId))
    .where(
      and(
        eq(integrationIncidents.projectId, sql.placeholder("projectId")),
        isNull(integrationIncidents.endedAt),
      ),
    )
    .orderBy(asc(integrationIncidents.openedAt))
    .prepare("open-incidents-of-project"),
);

const selectOpen = (projectId: string) => OPEN().execute({ projectId });

export type IncidentRow = Awaited<ReturnType<typeof selectOpen>>[number];

export function toIncidentView(
  row: IncidentRow,
  apps: { id: string; name: string }[],
  leftovers: Leftovers | undefined,
): IncidentView {
  // What is left is where it was made, also after its instance got another address.
  const origin = row.leftAt ?? row.origin;
  const host = new URL(origin ?? "").host;
  const account = row.account ?? "an account that was not connected";
  const isEntered = row.provider !== null && hasEnteredCredentials(row.provider);
  const names = {
    account,
    // What a Git host opens is named by its address.
    accountAtHost: isEntered && row.account ? account : `${account} on ${host}`,
    provider: row.provider && origin ? nameOf({ provider: row.provider, origin }) : host,
    isEntered,
  };
  return {
    id: row.id,
    integrationId: row.integrationId,
    account: row.account,
    host,
    providerName: names.provider,
    isEntered,
    kind: row.kind,
    days: row.days,
    title: title(row, names),
    sentence: sentence(row, { ...names, isUsed: apps.length > 0 }, leftovers),
    since: row.openedAt.toISOString(),
    apps,
  };
}

type Names = { account: string; accountAtHost: string; provider: string; isEntered: boolean };

const inDays = (days: number | null) => (days === 1 ? "in less than a day" : `in less than ${days} days`);

function title({ kind, days }: IncidentRow, { accountAtHost, isEntered }: Names): string {
  switch (kind) {
    case "needs_reauthorization":
      return `${accountAtHost} has to be authorized again`;
    case "expiring":
      return `${isEntered ? "The token" : "Access"} of ${accountAtHost} ends ${inDays(days)}`;
    case "cleanup_gave_up":
      return `Something is left of ${accountAtHost}`;
  }
}

function sentence(
  { kind, reason, days }: IncidentRow,
  { account, provider, isEntered, isUsed }: Names & { isUsed: boolean },
  leftovers: Leftovers | undefined,
): string {
  switch (kind) {
    case "needs_reauthorization":
      return isUsed
        ? statusSentence({ status: "needs_reauthorization", reason, provider })
        : `${lostSentence(reason, provider)} No app uses it.`;
    case "expiring":
      return isEntered
        ? `It ends ${inDays(days)}, and the console cannot prolong it. Enter a newer one before, and nothing stops.`
        : `The access that ${provider} gave to ${account} ends ${inDays(days)} and cannot be prolonged. Re-authorize it before.`;
    case "cleanup_gave_up":
      return `The console could not take back ${inWords(leftovers)} at ${provider}. Remove that there by hand, then say so here.`;
  }
}

/** `the webhooks of tidepool/blog and tidepool/shop, and a token`. */
function inWords({ repositories, hasToken }: Leftovers = { repositories: [], hasToken: true }): string {
  const hooks = repositories.length === 1 ? "the webhook of" : "the webhooks of";
  return [
    repositories.length > 0 && `${hooks} ${repositories.join(", ")}`,
    hasToken && (repositories.length > 0 ? "a token" : "a token, which may still be accepted"),
  ]
    .filter(Boolean)
    .join(" and ");
}
