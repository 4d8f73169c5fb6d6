import { and, desc, eq, inArray, sql } from "drizzle-orm";
import {
  allowedRepositories,
  apps,
  auditEvents,
  credentials,
  db,
  deployments,
  hooks,
  integrations,
  providerInstances,
  repositories,
  sources,
  users,
} from "@/db";
import { may, type ProjectContext, requirePermission } from "@/lib/access";
import { eventSentence } from "@/lib/audit";
import { CONNECTED } from "@/lib/credentials";
import { shortCommit } from "@/lib/deployments";
import { notFound } from "@/lib/errors";
import { appAccess } from "@/lib/integrations/app-access";
import { accessChoices } from "@/lib/integrations/authorization/access-choices";
import { choiceOf } from "@/lib/integrations/authorization/granted";
import { describeAuthority } from "@/lib/integrations/entered/certificate";
import { toIntegrationView, viewColumns } from "@/lib/integrations/list";
import type {
  ActivityItem,
  EnteredView,
  HookView,
  IntegrationDetail,
  ScopeView,
  UsingApp,
} from "@/lib/integrations/views";
import { waitingByIntegration } from "@/lib/integrations/waiting";
import { sourceProvider } from "@/lib/providers";

/** Everything about one integration. What only members and above may see is left out for a viewer. */
export async function getIntegration(ctx: ProjectContext, integrationId: string): Promise<IntegrationDetail> {
  requirePermission(ctx, "project.view");
  const row = await load(ctx.projectId, integrationId);
  if (!row) throw notFound();
  const isDetailed = may(ctx, "project.details").allowed;
  const [using, waiting] = await Promise.all([
    appsUsing(integrationId),
    waitingByIntegration(ctx.projectId, isDetailed),
  ]);
  const view = toIntegrationView(row, {
    usedBy: using.map(({ id, name }) => ({ id, name })),
    waiting: waiting.get(integrationId),
    isDetailed,
  });
  if (!isDetailed) return { ...view, apps: using, details: null };
  const [hookViews, activity] = await Promise.all([
    hooksOf(integrationId),
    may(ctx, "activity.all").allowed ? activityOf(ctx.projectId, integrationId) : [],
  ]);
  return {
    ...view,
    apps: using,
    details: {
      accountId: row.accountId,
      entered: enteredView(row),
      allowed: row.isRestricted ? row.allowed : null,
      clientType: row.clientType ?? "oauth_app",
      fingerprint: row.fingerprint,
      scopes: scopeViews(row.provider, row.requestedScopes, row.grantedScopes),
      ...appAccess(row),
      ...choicesFor(row),
      hooks: hookViews,
      activity,
    },
  };
}

async function load(projectId: string, integrationId: string) {
  const [row] = await db()
    .select({
      ...viewColumns,
      accountId: integrations.accountId,
      hasCredentials: integrations.hasCredentials,
      caCertificate: integrations.caCertificate,
      apiPath: integrations.apiPath,
      isRestricted: integrations.isRestricted,
      allowed: sql<number>`(select count(*)::int from ${allowedRepositories}
        where ${allowedRepositories.integrationId} = ${integrations.id})`,
      requestedScopes: integrations.requestedScopes,
      grantedScopes: integrations.grantedScopes,
      clientType: providerInstances.clientType,
      installations: integrations.installations,
      fingerprint: credentials.fingerprint,
    })
    .from(integrations)
    .leftJoin(users, eq(users.id, integrations.authorizedBy))
    .leftJoin(providerInstances, eq(providerInstances.id, integrations.instanceId))
    .leftJoin(credentials, eq(credentials.integrationId, integrations.id))
    .where(
      and(
        eq(integrations.projectId, projectId),
        eq(integrations.id, integrationId),
        inArray(integrations.status, [...CONNECTED]),
      ),
    );
  return row;
}

type Row = NonNullable<Awaited<ReturnType<typeof load>>>;

function enteredView(row: Row): EnteredView | null {
  const { authorization } = sourceProvider(row.provider);
  if (authorization.kind !== "credentials") return null;
  const { provider, origin, apiPath, hostKind, hasCredentials, caCertificate } = row;
  return {
    address: row.accountId,
    hostKind: hostKind ?? "",
    hasCredentials,
    authority: caCertificate ? describeAuthority(caCertificate) : null,
    tokensUrl: authorization.tokensUrl({ provider, origin, apiUrl: origin, apiPath, hostKind }),
  };
}

async function appsUsing(integrationId: string): Promise<UsingApp[]> {
  const rows = await db()
    .select({
      id: apps.id,
      name: apps.name,
      repositoryName: repositories.fullName,
      repositoryUrl: repositories.webUrl,
      branch: sources.branch,
      liveId: deployments.id,
      liveCommit: deployments.commit,
    })
    .from(sources)
    .innerJoin(apps, eq(apps.id, sources.appId))
    .innerJoin(repositories, eq(repositories.id, sources.repositoryId))
    .leftJoin(deployments, eq(deployments.id, apps.liveDeploymentId))
    .where(eq(sources.integrationId, integrationId))
    .orderBy(sql`lower(${apps.name})`);
  return rows.map(({ liveId, liveCommit, ...app }) => ({
    ...app,
    live: liveId && liveCommit ? { deploymentId: liveId, short: shortCommit(liveCommit) } : null,
  }));
}

/** Only where an OAuth App asks for scopes is there something to choose. */
function choicesFor(row: NonNullable<Awaited<ReturnType<typeof load>>>) {
  if (sourceProvider(row.provider).authorization.kind !== "oauth") return { choices: [], choice: null };
  const client = { provider: row.provider, clientType: row.clientType ?? "oauth_app" };
  return { choices: accessChoices(client), choice: choiceOf(client, row.requestedScopes)?.id ?? null };
}

/** Asked or granted, each once; what was granted beyond what we ask is shown too. */
function scopeViews(providerId: string, asked: string[], granted: string[]): ScopeView[] {
  const { authorization } = sourceProvider(providerId);
  if (authorization.kind !== "oauth") return [];
  return [...new Set([...asked, ...granted])].map((scope) => {
    const known = authorization.scopes.find((each) => each.scope === scope);
    const isAsked = asked.includes(scope);
    const isGranted = authorization.missingScopes([scope], granted).length === 0;
    return {
      scope,
      isAsked,
      isGranted,
      why: known?.why ?? "",
      permits: known?.permits ?? "",
      without: isAsked && !isGranted ? (known?.without ?? null) : null,
    };
  });
}

async function hooksOf(integrationId: string): Promise<HookView[]> {
  const rows = await db()
    .select({
      id: hooks.id,
      repositoryName: repositories.fullName,
      repositoryUrl: repositories.webUrl,
      status: hooks.status,
      reason: hooks.statusReason,
      since: hooks.statusSince,
      lastDeliveryAt: hooks.lastDeliveryAt,
      rejected: hooks.rejectedCount,
    })
    .from(hooks)
    .innerJoin(repositories, eq(repositories.id, hooks.repositoryId))
    .where(eq(hooks.integrationId, integrationId))
    .orderBy(repositories.fullName);
  return rows.map((row) => ({
    ...row,
    since: row.since.toISOString(),
    lastDeliveryAt: row.lastDeliveryAt?.toISOString() ?? null,
  }));
}

async function activityOf(projectId: string, integrationId: string): Promise<ActivityItem[]> {
  const rows = await db()
    .select({
      id: auditEvents.id,
      at: auditEvents.at,
      kind: auditEvents.actorKind,
      who: auditEvents.actorName,
      event: auditEvents.event,
      subjectName: auditEvents.subjectName,
      facts: auditEvents.facts,
      appName: apps.name,
    })
    .from(auditEvents)
    .leftJoin(apps, and(eq(apps.projectId, projectId), eq(apps.id, sql`${auditEvents.facts} ->> 'appId'`)))
    .where(and(eq(auditEvents.subjectId, integrationId), eq(auditEvents.chain, projectId)))
    .orderBy(desc(auditEvents.seq))
    .limit(12);
  return rows.map((row) => ({
    id: row.id,
    at: row.at.toISOString(),
    who: row.kind === "system" || row.kind === "worker" ? "Console" : (row.who ?? "Somebody"),
    isPerson: row.kind === "user",
    sentence: eventSentence(row),
  }));
}
