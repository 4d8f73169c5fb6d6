import { db, run } from "@/db";

type Row = { integrationId: string; name: string; isLive: boolean; pushes: number };
/** What an integration that cannot be used keeps waiting. `pushes` is null for who may not see them. */
export type Waiting = { pushes: number | null; live: string[]; apps: number };

// What was pushed to a followed branch since it cannot be used any more.
const WAITING = {
  name: "waiting-for-integrations",
  text: `select s.integration_id as "integrationId", a.name, a.live_deployment_id is not null as "isLive",
      (select count(*)::int from pushes p where p.repository_id = s.repository_id
        and p.ref = 'refs/heads/' || s.branch and p.commit is not null and p.created_at >= i.gap_from) as pushes
    from sources s
      join integrations i on i.id = s.integration_id and i.project_id = s.project_id
      join apps a on a.id = s.app_id
    where s.project_id = $1 and i.status = 'needs_reauthorization' order by lower(a.name)`,
};

/** For each integration of the project that needs re-authorization. */
export async function waitingByIntegration(
  projectId: string,
  maySeePushes: boolean,
): Promise<Map<string, Waiting>> {
  const waiting = new Map<string, Waiting>();
  for (const { integrationId, name, isLive, pushes } of await run<Row>(db(), WAITING, [projectId])) {
    const before = waiting.get(integrationId) ?? { pushes: 0, live: [], apps: 0 };
    waiting.set(integrationId, {
      pushes: maySeePushes ? (before.pushes ?? 0) + pushes : null,
      live: isLive ? [...before.live, name] : before.live,
      apps: before.apps + 1,
    });
  }
  return waiting;
}

/** What it means for the apps: "3 pushes are waiting; admin and billing stay live." */
export function waitingSentence(waiting: Waiting | undefined): string {
  if (!waiting) return "No app uses it.";
  const { pushes, live } = waiting;
  const stays = live.length === 0 ? null : `${inWords(live)} ${live.length === 1 ? "stays" : "stay"} live`;
  if (!pushes) {
    const none = "no push deploys until it is re-authorized.";
    return stays ? `${stays}, but ${none}` : `N${none.slice(1)}`;
  }
  const wait = pushes === 1 ? "1 push is waiting" : `${pushes} pushes are waiting`;
  return stays ? `${wait}; ${stays}.` : `${wait}.`;
}

const MOST_NAMED = 3;

function inWords(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED;
  const named = rest > 1 ? [...names.slice(0, MOST_NAMED), `${rest} more apps`] : names;
  return named.length === 1 ? `${named[0]}` : `${named.slice(0, -1).join(", ")} and ${named.at(-1)}`;
}
