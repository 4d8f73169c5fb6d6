import { ExternalLink as ExternalIcon, GitCommitHorizontal } from "lucide-react";
import { cache } from "react";
import { projectPage } from "@/app/(console)/projects/[project]/project-page";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card, CardBody, Panel } from "@/components/ui/card";
import { Commit } from "@/components/ui/code";
import { Facts } from "@/components/ui/key-value";
import { ExternalLink, TextLink } from "@/components/ui/link";
import { PageHead } from "@/components/ui/page-head";
import { DeploymentStatus } from "@/components/ui/status";
import { Duration, Time } from "@/components/ui/time";
import { may, type ProjectContext } from "@/lib/access";
import { type DeploymentView, getDeployment, type LogPage, readLog } from "@/lib/deployments";
import { DeploymentActions } from "./deployment-actions";
import { DeploymentLog } from "./deployment-log";
import { DeploymentSteps } from "./deployment-steps";
import { MendAction } from "./mend-action";

type Props = { params: Promise<{ project: string; app: string; deployment: string }> };

export async function generateMetadata({ params }: Props) {
  const { deployment } = await loadDeployment(params);
  return { title: `Deployment ${deployment.number} · ${deployment.appName}` };
}

/** Once for a request: the page and its title ask for the same. */
const load = cache((project: string, id: string) =>
  projectPage(project, async (context) => {
    const [deployment, log] = await Promise.all([
      getDeployment(context, id),
      readLog(context, id, { after: 0 }),
    ]);
    return { context, deployment, log };
  }),
);

async function loadDeployment(params: Props["params"]) {
  const { project, deployment } = await params;
  return load(project, deployment);
}

export default async function DeploymentPage({ params }: Props) {
  const { context, deployment, log } = await loadDeployment(params);
  const project = `/projects/${context.projectId}`;
  const app = `${project}/apps/${deployment.appId}`;
  const now = new Date().toISOString();
  return (
    <>
      <TopBar
        crumbs={[
          { label: context.projectName, href: project },
          { label: deployment.appName, href: app },
          { label: `Deployment ${deployment.number}` },
        ]}
      />
      <Page className="flex flex-col">
        <PageHead
          className="mb-6"
          above={<Above deployment={deployment} now={now} />}
          title={deployment.commit.title || `Commit ${deployment.commit.short}`}
          actions={<Actions context={context} deployment={deployment} />}
        />
        <div className="grid gap-4">
          <Ended context={context} deployment={deployment} />
          <Why deployment={deployment} />
          <Body context={context} deployment={deployment} log={log} now={now} app={app} />
        </div>
      </Page>
    </>
  );
}

const kinds = { production: "Production", staging: "Staging", preview: "Preview" } as const;

function Above({ deployment, now }: { deployment: DeploymentView; now: string }) {
  const { startedAt, finishedAt } = deployment;
  return (
    <>
      <DeploymentStatus status={deployment.isLive ? "live" : deployment.status} />
      <span>
        {kinds[deployment.kind]} · <Time at={deployment.createdAt} now={now} />
        {startedAt && finishedAt && (
          <>
            , after <Duration ms={Date.parse(finishedAt) - Date.parse(startedAt)} />
          </>
        )}
      </span>
    </>
  );
}

function Actions({ context, deployment }: { context: ProjectContext; deployment: DeploymentView }) {
  const deploy = may(context, "app.deploy");
  const isReady = deployment.status === "ready";
  return (
    <>
      <DeploymentActions
        projectId={context.projectId}
        appId={deployment.appId}
        deploymentId={deployment.id}
        number={deployment.number}
        appName={deployment.appName}
        live={deployment.live}
        canCancel={deployment.canCancel}
        isStopping={deployment.isStopping}
        canRollBack={deployment.canRollBack}
        disabledReason={deploy.allowed ? undefined : deploy.reason}
      />
      {isReady && deployment.isLive && (
        <Button asChild>
          <a href={deployment.siteUrl} target="_blank" rel="noopener noreferrer">
            <ExternalIcon aria-hidden />
            Visit
          </a>
        </Button>
      )}
    </>
  );
}

function Ended({ context, deployment }: { context: ProjectContext; deployment: DeploymentView }) {
  const { status, sentence, live } = deployment;
  if (!sentence || (status !== "failed" && status !== "cancelled")) return null;
  const stays = live && !deployment.isLive && (
    <>
      {" "}
      <strong>{live.short}</strong> stays live.
    </>
  );
  if (status === "failed") {
    return (
      <Banner tone="bad" title={sentence} action={<MendAction context={context} deployment={deployment} />}>
        {stays || "Nothing is live yet."}
      </Banner>
    );
  }
  return (
    <Card>
      <CardBody className="text-ink-2 text-sm">
        <p>
          {sentence}
          {stays}
        </p>
      </CardBody>
    </Card>
  );
}

function Why({ deployment }: { deployment: DeploymentView }) {
  return (
    <Card>
      <CardBody>
        <h2 className="text-ink-3 text-xs">Why it exists</h2>
        <p className="mt-0.5 text-lg">{deployment.why}</p>
        {deployment.commit.url && (
          <p className="mt-2 flex items-center gap-1.5 text-sm">
            <GitCommitHorizontal aria-hidden className="text-accent" />
            <ExternalLink href={deployment.commit.url}>Commit {deployment.commit.short}</ExternalLink>
          </p>
        )}
      </CardBody>
    </Card>
  );
}

type BodyProps = {
  context: ProjectContext;
  deployment: DeploymentView;
  log: LogPage;
  now: string;
  app: string;
};

/** Steps, log and details: side by side from 1280 px; below, the log stands before the details. */
function Body({ context, deployment, log, now, app }: BodyProps) {
  const address = `/api/projects/${context.projectId}/deployments/${deployment.id}`;
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[280px_minmax(0,1fr)] xl:grid-rows-[auto_1fr]">
      <Panel title="Steps">
        <DeploymentSteps deployment={deployment} now={now} />
      </Panel>
      <DeploymentLog
        className="h-[480px] xl:sticky xl:top-[72px] xl:row-span-2 xl:h-[max(480px,calc(100dvh-96px))]"
        address={address}
        deploymentId={deployment.id}
        first={log}
        isOver={["ready", "failed", "cancelled"].includes(deployment.status)}
        endedAt={deployment.finishedAt}
        now={now}
      />
      <Panel title="Details">
        <Facts items={details(deployment, app)} />
      </Panel>
    </div>
  );
}

function details(deployment: DeploymentView, app: string) {
  const { live, artifact } = deployment;
  return [
    { label: "Deployment", value: deployment.number },
    {
      label: "Commit",
      value: <Commit sha={deployment.commit.sha} href={deployment.commit.url ?? undefined} />,
    },
    ...(deployment.commit.author ? [{ label: "Author", value: deployment.commit.author }] : []),
    { label: "Branch", value: deployment.branch },
    {
      label: "Repository",
      value: deployment.repositoryUrl ? (
        <ExternalLink href={deployment.repositoryUrl}>{deployment.repositoryName}</ExternalLink>
      ) : (
        deployment.repositoryName
      ),
    },
    { label: "Source", value: deployment.sourceName ?? "disconnected" },
    ...(deployment.worker ? [{ label: "Builder", value: deployment.worker }] : []),
    ...(artifact ? [{ label: "Published", value: `${artifact.files} files, ${bytes(artifact.bytes)}` }] : []),
    ...(deployment.isPruned ? [{ label: "Files", value: "deleted to make room" }] : []),
    ...(live && !deployment.isLive
      ? [
          {
            label: deployment.finishedAt ? "Live now" : "Live until then",
            value: <TextLink href={`${app}/deployments/${live.id}`}>{live.short}</TextLink>,
          },
        ]
      : []),
  ];
}

function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const kilobytes = count / 1000;
  return kilobytes < 1000 ? `${kilobytes.toFixed(1)} kB` : `${(kilobytes / 1000).toFixed(1)} MB`;
}
