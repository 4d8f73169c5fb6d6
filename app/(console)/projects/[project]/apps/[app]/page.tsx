import { cache } from "react";
import { projectPage } from "@/app/(console)/projects/[project]/project-page";
import { Columns } from "@/components/shell/page";
import { Card, CardHeader, Panel } from "@/components/ui/card";
import { Commit } from "@/components/ui/code";
import { Facts } from "@/components/ui/key-value";
import { ExternalLink, TextLink } from "@/components/ui/link";
import { AppStatus } from "@/components/ui/status";
import { Time } from "@/components/ui/time";
import { may } from "@/lib/access";
import { type AppView, getApp } from "@/lib/apps";
import { listDeployments } from "@/lib/deployments";
import { listRecentPushes } from "@/lib/pushes";
import { AppScreen } from "./app-screen";
import { DeploymentTable } from "./deployment-table";
import { MissedBanner } from "./missed-banner";
import { PushList } from "./push-list";

type Props = { params: Promise<{ project: string; app: string }> };

export async function generateMetadata({ params }: Props) {
  const { app } = await loadApp(params);
  return { title: app.name };
}

/** Once for a request: the page and its title ask for the same. */
const load = cache((project: string, app: string) =>
  projectPage(project, async (context) => ({ context, app: await getApp(context, app) })),
);

async function loadApp(params: Props["params"]) {
  const { project, app } = await params;
  return load(project, app);
}

export default async function AppOverview({ params }: Props) {
  const { context, app } = await loadApp(params);
  const details = may(context, "project.details");
  const [pushes, deployments] = await Promise.all([
    details.allowed ? listRecentPushes(context, app.id, 10) : null,
    listDeployments(context, app.id, { limit: 5 }),
  ]);
  const base = `/projects/${context.projectId}/apps/${app.id}`;
  const now = new Date().toISOString();
  return (
    <AppScreen context={context} app={app}>
      <MissedBanner context={context} app={app} />
      <Columns side={<LivePanel app={app} now={now} base={base} />}>
        <Card>
          <CardHeader title="Last pushes" description="Every push that was seen, and what it led to." />
          {pushes && <PushList pushes={pushes} branch={app.source?.branch ?? null} base={base} now={now} />}
          {!details.allowed && (
            <p className="px-5 pb-5 text-ink-2 text-sm">
              To see pushes you need another role. {details.reason}
            </p>
          )}
        </Card>
        <Card>
          <CardHeader
            title="Deployments"
            actions={
              deployments.total > deployments.items.length && (
                <TextLink href={`${base}/deployments`} className="text-sm">
                  All {deployments.total}
                </TextLink>
              )
            }
          />
          <DeploymentTable rows={deployments.items} base={base} now={now} />
        </Card>
      </Columns>
    </AppScreen>
  );
}

function LivePanel({ app, now, base }: { app: AppView; now: string; base: string }) {
  const { live, source } = app;
  return (
    <>
      <Panel title="Live">
        {live ? (
          <>
            <p className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
              <AppStatus status="live" />
              {live.since && (
                <span className="text-ink-3 text-sm">
                  since <Time at={live.since} now={now} />
                </span>
              )}
            </p>
            <p className="mb-3 text-sm">{live.commit.title}</p>
            <Facts
              items={[
                {
                  label: "Commit",
                  value: <Commit sha={live.commit.sha} href={live.commit.url ?? undefined} />,
                },
                {
                  label: "Deployment",
                  value: <TextLink href={`${base}/deployments/${live.deploymentId}`}>{live.number}</TextLink>,
                },
                { label: "Address", value: <ExternalLink href={app.siteUrl}>Visit</ExternalLink> },
              ]}
            />
            {live.isRolledBack && (
              <p className="mt-3 text-ink-2 text-sm">
                Rolled back: this older deployment stays live until the next push.
              </p>
            )}
          </>
        ) : (
          <p className="text-ink-2 text-sm">
            Nothing is live yet. The first deployment that becomes ready appears at{" "}
            <span className="break-all">{new URL(app.siteUrl).host}</span>.
          </p>
        )}
      </Panel>
      {source && (
        <Panel title="Source">
          <Facts
            items={[
              {
                label: "Repository",
                value: <ExternalLink href={source.repositoryUrl}>{source.repositoryName}</ExternalLink>,
              },
              { label: "Branch", value: source.branch },
              ...(source.rootDirectory ? [{ label: "Root directory", value: source.rootDirectory }] : []),
              {
                label: "Through",
                value: source.integration ? source.integration.account : "nothing: disconnected",
              },
            ]}
          />
          <p className="mt-3 text-ink-2 text-sm">{source.listening.sentence}</p>
        </Panel>
      )}
    </>
  );
}
