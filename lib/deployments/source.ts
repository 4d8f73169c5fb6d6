import { run, type Transaction } from "@/db";
import type { BuildKind, BuildPlan } from "@/db/schema";
import { conflict, notFound } from "@/lib/errors";

/** What an app deploys from, as it is set now. Read under the app's lock. */
export type AppSource = {
  appId: string;
  appName: string;
  repositoryId: string;
  repositoryName: string;
  integrationId: string | null;
  branch: string;
  plan: BuildPlan;
  /** The account that is paused: nothing deploys with it until somebody resumes it. */
  pausedAccount: string | null;
  /** Who took the account away, where its integration was removed. */
  lost: { account: string; by: string | null } | null;
};

type Row = Omit<AppSource, "plan" | "lost"> & {
  rootDirectory: string;
  buildKind: BuildKind;
  installCommand: string | null;
  buildCommand: string | null;
  outputDirectory: string;
  lostAccount: string | null;
  lostBy: string | null;
  hasSource: boolean;
};

const LOCK = {
  name: "lock-app-and-source",
  text: `select a.id as "appId", a.name as "appName", s.app_id is not null as "hasSource",
      s.repository_id as "repositoryId", r.full_name as "repositoryName", s.integration_id as "integrationId",
      s.branch, s.root_directory as "rootDirectory", a.build_kind as "buildKind",
      a.install_command as "installCommand", a.build_command as "buildCommand",
      a.output_directory as "outputDirectory", i.account_login as "lostAccount", u.name as "lostBy",
      p.account_login as "pausedAccount"
    from apps a
      left join sources s on s.app_id = a.id
      left join repositories r on r.id = s.repository_id
      left join integrations i on i.id = s.lost_integration_id and i.project_id = a.project_id
      left join users u on u.id = i.removed_by
      left join integrations p on p.id = s.integration_id and p.project_id = a.project_id and p.status = 'paused'
    where a.id = $1 and a.project_id = $2 for no key update of a`,
};

/** Locks an app of this project and reads its source. Throws `not_found`, or `conflict` where it has none yet. */
export async function lockSource(tx: Transaction, projectId: string, appId: string): Promise<AppSource> {
  const [row] = await run<Row>(tx, LOCK, [appId, projectId]);
  if (!row) throw notFound();
  if (!row.hasSource) throw conflict(`Choose a repository for ${row.appName} under Settings > Git first.`);
  return {
    appId: row.appId,
    appName: row.appName,
    repositoryId: row.repositoryId,
    repositoryName: row.repositoryName,
    integrationId: row.integrationId,
    branch: row.branch,
    plan: {
      rootDirectory: row.rootDirectory,
      kind: row.buildKind,
      installCommand: row.installCommand,
      buildCommand: row.buildCommand,
      outputDirectory: row.outputDirectory,
    },
    pausedAccount: row.pausedAccount,
    lost: row.lostAccount === null ? null : { account: row.lostAccount, by: row.lostBy },
  };
}
