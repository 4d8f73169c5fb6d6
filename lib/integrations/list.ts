import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { apps, credentials, integrations, prepared, providerInstances, sources, users } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { may, requirePermission } from "@/lib/access";
import {
  CONNECTED,
  disabledSentence,
  endOf,
  isExpiring,
  type Lifetime,
  lostSentence,
  statusSentence,
  USABLE,
  warningDays,
} from "@/lib/credentials";
import type { IntegrationView } from "@/lib/integrations/views";
import { type Waiting, waitingByIntegration, waitingSentence } from "@/lib/integrations/waiting";
import { hasEnteredCredentials, kindName, nameOf } from "@/lib/providers";

/** The project's integrations, broken ones first, then by age. */
export async function listIntegrations(ctx: ProjectContext): Promise<IntegrationView[]> {
  requirePermission(ctx, "project.view");
  const isDetailed = may(ctx, "project.details").allowed;
  const [rows, using, waiting] = await Promise.all([
    selectViews(ctx.projectId),
    appsByIntegration(ctx.projectId),
    waitingByIntegration(ctx.projectId, isDetailed),
  ]);
  const views = rows.map((row) =>
    toIntegrationView(row, { usedBy: using.get(row.id) ?? [], waiting: waiting.get(row.id), isDetailed }),
  );
  return views.sort((one, other) => urgency(one) - urgency(other));
}

/** What needs somebody first; the rest as it comes. */
const urgency = ({ status, isExpiring }: IntegrationView): number =>
  status === "needs_reauthorization" ? 0 : isExpiring ? 1 : status === "degraded" ? 2 : 3;

export const viewColumns = {
  id: integrations.id,
  instanceId: integrations.instanceId,
  provider: integrations.provider,
  hostKind: integrations.hostKind,
  origin: integrations.origin,
  account: integrations.accountLogin,
  status: integrations.status,
  reason: integrations.statusReason,
  since: integrations.statusSince,
  pausedBy: sql<
    string | null
  >`(select ${users.name} from ${users} where ${users.id} = ${integrations.pausedBy})`,
  disabledInstance: sql<string | null>`(select ${providerInstances.name} from ${providerInstances}
    where ${providerInstances.id} = ${integrations.instanceId} and ${providerInstances.disabledAt} is not null)`,
  lastUsedAt: integrations.lastUsedAt,
  authorizedBy: users.name,
  authorizedAt: integrations.authorizedAt,
  accessExpiresAt: credentials.accessExpiresAt,
  refreshExpiresAt: credentials.refreshExpiresAt,
  issuedAt: credentials.issuedAt,
  isRefreshable: sql<boolean>`${credentials.refreshTokenSealed} is not null`,
  refreshProlongs: credentials.refreshProlongs,
};

const VIEWS = prepared((database) =>
  database
    .select(viewColumns)
    .from(integrations)
    .leftJoin(users, eq(users.id, integrations.authorizedBy))
    .leftJoin(credentials, eq(credentials.integrationId, integrations.id))
    .where(
      and(
        eq(integrations.projectId, sql.placeholder("projectId")),
        inArray(integrations.status, [...CONNECTED]),
      ),
    )
    .orderBy(asc(integrations.createdAt))
    .prepare("integrations-of-project"),
);

const selectViews = (projectId: string) => VIEWS().execute({ projectId });

export type ViewRow = Awaited<ReturnType<typeof selectViews>>[number];

type Around = {
  usedBy: { id: string; name: string }[];
  waiting: Waiting | undefined;
  /** When something ends is told to who may see details. */
  isDetailed: boolean;
};

export function toIntegrationView(row: ViewRow, { usedBy, waiting, isDetailed }: Around): IntegrationView {
  const providerName = nameOf(row);
  const { status } = row;
  const isEntered = hasEnteredCredentials(row.provider);
  const lifetime = lifetimeOf(row);
  const now = new Date();
  const ending = USABLE.includes(status) ? lifetime : null;
  const expiring = ending !== null && isExpiring(ending, now);
  const warnedDays = isDetailed && ending ? warningDays(ending, now) : null;
  return {
    id: row.id,
    instanceId: row.instanceId,
    provider: row.provider,
    hostKind: row.hostKind,
    providerName: kindName(row.provider, row.hostKind),
    isEntered,
    account: row.account,
    host: new URL(row.origin).host,
    status,
    reason: row.reason,
    isExpiring: expiring,
    endsAt: (isDetailed && lifetime && endOf(lifetime)?.toISOString()) || null,
    isRenewed: Boolean(lifetime?.isRefreshable && lifetime.refreshProlongs),
    sentence: sentenceOf(row, { providerName, isEntered, expiring, warnedDays, waiting }),
    instanceProblem: row.disabledInstance === null ? null : disabledSentence(row.disabledInstance),
    since: row.since.toISOString(),
    usedBy,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    authorizedBy: row.authorizedBy,
    authorizedAt: row.authorizedAt.toISOString(),
    action: status === "needs_reauthorization" || expiring ? "reauthorize" : null,
  };
}

function lifetimeOf({ issuedAt, refreshProlongs, ...row }: ViewRow): Lifetime | null {
  return issuedAt && refreshProlongs !== null ? { ...row, issuedAt, refreshProlongs } : null;
}

type Told = {
  providerName: string;
  isEntered: boolean;
  expiring: boolean;
  /** People were told that it ends in fewer days than these. */
  warnedDays: number | null;
  waiting: Waiting | undefined;
};

function sentenceOf(
  { status, reason, pausedBy }: ViewRow,
  { providerName, isEntered, expiring, warnedDays, waiting }: Told,
): string {
  if (status === "needs_reauthorization")
    return `${lostSentence(reason, providerName)} ${waitingSentence(waiting)}`;
  if (expiring && isEntered)
    return "It works until its token ends. Enter a newer one before, and nothing stops.";
  if (expiring) {
    return `It works until the access that ${providerName} gave ends. Nothing but a re-authorization prolongs it.`;
  }
  if (status === "active" && warnedDays !== null) {
    return isEntered
      ? `It works. Its token ends in less than ${warnedDays} days: enter a newer one before, and nothing stops.`
      : `It works. The access that ${providerName} gave ends in less than ${warnedDays} days: re-authorize it before, and nothing stops.`;
  }
  const sentence = statusSentence({ status, reason, provider: providerName, pausedBy });
  return isEntered && status === "degraded" && reason === "untrusted"
    ? `${sentence} Where it has a new authority of your own, enter that one's certificate under Edit credentials.`
    : sentence;
}

const USING = prepared((database) =>
  database
    .select({ integrationId: sources.integrationId, id: apps.id, name: apps.name })
    .from(sources)
    .innerJoin(apps, eq(apps.id, sources.appId))
    .where(eq(sources.projectId, sql.placeholder("projectId")))
    .orderBy(sql`lower(${apps.name})`)
    .prepare("apps-by-integration"),
);

/** The apps of a project by the integration that they use. */
export async function appsByIntegration(projectId: string) {
  const rows = await USING().execute({ projectId });
  const grouped = new Map<string, { id: string; name: string }[]>();
  for (const { integrationId, id, name } of rows) {
    if (integrationId) grouped.set(integrationId, [...(grouped.get(integrationId) ?? []), { id, name }]);
  }
  return grouped;
}
