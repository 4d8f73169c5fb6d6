import { type Executor, run } from "@/db";
import type { BuildKind, BuildPlan, IntegrationStatus } from "@/db/schema";
import type { AppRules } from "@/lib/pushes/decide";

/** An app that follows a repository: its rules, and what a deployment of it has to carry. */
export type Follower = {
  appId: string;
  repositoryName: string;
  integrationId: string | null;
  rules: AppRules;
  plan: BuildPlan;
};

type Row = {
  appId: string;
  repositoryName: string;
  integrationId: string | null;
  branch: string;
  autoDeploy: boolean;
  status: IntegrationStatus | null;
  account: string | null;
  isAllowed: boolean;
  rootDirectory: string;
  buildKind: BuildKind;
  installCommand: string | null;
  buildCommand: string | null;
  outputDirectory: string;
};

// In the order in which enqueueing locks apps.
const FOLLOWERS = {
  name: "followers-of-repository",
  text: `select a.id as "appId", r.full_name as "repositoryName", s.integration_id as "integrationId", s.branch,
      s.auto_deploy as "autoDeploy", i.status, i.account_login as account, s.root_directory as "rootDirectory",
      a.build_kind as "buildKind", a.install_command as "installCommand", a.build_command as "buildCommand",
      a.output_directory as "outputDirectory", (i.is_restricted is not true or exists (
        select 1 from allowed_repositories l where l.integration_id = i.id and l.external_id = r.external_id)) as "isAllowed"
    from sources s join apps a on a.id = s.app_id join repositories r on r.id = s.repository_id
      left join integrations i on i.id = s.integration_id and i.project_id = s.project_id
    where s.repository_id = $1 order by a.id`,
};

/** Every app that follows this repository, whatever its branch. */
export async function listFollowers(executor: Executor, repositoryId: string): Promise<Follower[]> {
  return (await run<Row>(executor, FOLLOWERS, [repositoryId])).map(toFollower);
}

const toFollower = (row: Row): Follower => ({
  appId: row.appId,
  repositoryName: row.repositoryName,
  integrationId: row.integrationId,
  rules: {
    branch: row.branch,
    autoDeploy: row.autoDeploy,
    integration:
      row.status === null
        ? null
        : { status: row.status, account: row.account ?? "", isAllowed: row.isAllowed },
  },
  plan: {
    rootDirectory: row.rootDirectory,
    kind: row.buildKind,
    installCommand: row.installCommand,
    buildCommand: row.buildCommand,
    outputDirectory: row.outputDirectory,
  },
});
