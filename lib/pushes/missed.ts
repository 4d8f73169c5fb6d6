import { db, run } from "@/db";
import type { DeploymentStatus } from "@/db/schema";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { toCommitView } from "@/lib/deployments";
import type { MissedView } from "@/lib/pushes/views";

type Row = {
  appId: string;
  appName: string;
  branch: string;
  autoDeploy: boolean;
  pushes: number;
  isOver: boolean;
  commit: string;
  message: string;
  author: string;
  repositoryUrl: string;
  deploymentId: string | null;
  deploymentNumber: number | null;
  deploymentStatus: DeploymentStatus | null;
};

/** What a reading finds so soon after a gap was pushed in it, as far as anybody can tell. */
const FOUND_LATE = "interval '10 minutes'";

// An app's own gap (its integration was removed, and it was restored) counts unless the integration had a later one.
const MISSED = {
  name: "missed-pushes",
  text: `select a.id as "appId", a.name as "appName", s.branch, s.auto_deploy as "autoDeploy", m.pushes, g.until is not null as "isOver",
      m.commit, m.message, m.author, r.web_url as "repositoryUrl", d.id as "deploymentId", d.number as "deploymentNumber",
      d.status as "deploymentStatus"
    from sources s
      join integrations i on i.id = s.integration_id and i.project_id = s.project_id
      join apps a on a.id = s.app_id
      join repositories r on r.id = s.repository_id
      cross join lateral (
        select case when own.isNewer then s.lost_at else i.gap_from end as start,
          case when own.isNewer then s.bound_at else i.gap_until end as until
        from (select s.lost_at is not null and coalesce(i.gap_from < s.bound_at, true) as isNewer) own
      ) g
      cross join lateral (
        select count(*)::int as pushes, max(p.seq) as seq, max(p.created_at) as at, (array_agg(p.commit order by p.seq desc))[1] as commit,
          (array_agg(p.message order by p.seq desc))[1] as message, (array_agg(p.author order by p.seq desc))[1] as author
        from pushes p
        where p.repository_id = s.repository_id and p.ref = 'refs/heads/' || s.branch and p.commit is not null
          and p.created_at >= g.start and (g.until is null or p.created_at <= g.until
            or (p.learned_from <> 'delivery' and p.created_at <= g.until + ${FOUND_LATE}))
      ) m
      left join lateral (
        select d.id, d.number, d.status from deployments d
        where d.app_id = a.id and d.kind = 'production' and d.ref = 'refs/heads/' || s.branch and d.created_at >= m.at
          and d.status <> 'cancelled' and d.reason is distinct from 'integration_paused'
          and d.reason is distinct from 'integration_removed'
        order by d.number desc limit 1
      ) d on true
    where s.project_id = $1 and s.integration_id = $2 and g.start is not null and m.pushes > 0
      and (g.until is null or g.until > now() - interval '1 day')
    order by lower(a.name)`,
};

/**
 * The apps of an integration that missed pushes while it was paused, broken or gone: how many, the last one, and the deployment that
 * made up for them. Until a day after the gap. Not for viewers.
 */
export async function listMissed(ctx: ProjectContext, integrationId: string): Promise<MissedView[]> {
  requirePermission(ctx, "project.details");
  return (await run<Row>(db(), MISSED, [ctx.projectId, integrationId])).map(toView);
}

function toView(row: Row): MissedView {
  const { deploymentId: id, deploymentNumber: number, deploymentStatus: status } = row;
  return {
    appId: row.appId,
    appName: row.appName,
    branch: row.branch,
    autoDeploy: row.autoDeploy,
    pushes: row.pushes,
    isOver: row.isOver,
    commit: toCommitView(row),
    deployment: id === null || number === null || status === null ? null : { id, number, status },
  };
}
