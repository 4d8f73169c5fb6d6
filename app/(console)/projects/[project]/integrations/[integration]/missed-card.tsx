import { GitBranch } from "lucide-react";
import { Card, CardHeader } from "@/components/ui/card";
import { Commit } from "@/components/ui/code";
import { TextLink } from "@/components/ui/link";
import { DeploymentStatus, Status } from "@/components/ui/status";
import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { may, type ProjectContext } from "@/lib/access";
import type { MissedView } from "@/lib/pushes";
import { DeployButton } from "../../apps/[app]/deploy-button";

type Props = { context: ProjectContext; missed: readonly MissedView[]; account: string };

/** What apps missed while the integration could not be used, and what became of it. Goes a day after the gap. */
export function MissedCard({ context, missed, account }: Props) {
  if (missed.length === 0) return null;
  const { projectId } = context;
  const deploy = may(context, "app.deploy");
  const refusal = deploy.allowed ? undefined : deploy.reason;
  const isOver = missed.every((each) => each.isOver);
  return (
    <Card id="missed">
      <CardHeader
        title={isOver ? `Pushed while ${account} could not be used` : "Pushes that wait"}
        description={
          isOver
            ? "Where auto-deploy is on, the last one deploys by itself. The others are yours to deploy."
            : "Once it works again, the last one deploys by itself where auto-deploy is on. What is live stays live."
        }
      />
      <Table label="Missed pushes">
        <TableHead>
          <TableHeadCell>App</TableHeadCell>
          <TableHeadCell>Pushes</TableHeadCell>
          <TableHeadCell>Last one</TableHeadCell>
          <TableHeadCell align="right">Since then</TableHeadCell>
        </TableHead>
        <TableBody>
          {missed.map((each) => (
            <TableRow key={each.appId}>
              <TableCell head>
                <TextLink href={`/projects/${projectId}/apps/${each.appId}`}>{each.appName}</TextLink>
              </TableCell>
              <TableCell label="Pushes">
                <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
                  {each.pushes} to <GitBranch aria-hidden className="size-4" /> {each.branch}
                </span>
              </TableCell>
              <TableCell label="Last one">
                <span className="break-words">
                  <Commit sha={each.commit.sha} href={each.commit.url ?? undefined} /> {each.commit.title}
                </span>
              </TableCell>
              <TableCell label="Since then" align="right">
                <SinceThen missed={each} projectId={projectId} refusal={refusal} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}

type SinceProps = { missed: MissedView; projectId: string; refusal: string | undefined };

function SinceThen({ missed, projectId, refusal }: SinceProps) {
  const { appId, deployment, isOver } = missed;
  if (deployment) {
    return (
      <span className="inline-flex flex-wrap items-center justify-end gap-x-2">
        <TextLink href={`/projects/${projectId}/apps/${appId}/deployments/${deployment.id}`}>
          Deployment {deployment.number}
        </TextLink>
        <DeploymentStatus status={deployment.status} />
      </span>
    );
  }
  if (!isOver) {
    return (
      <Status shape="paused" tone="idle">
        Waiting
      </Status>
    );
  }
  return <DeployButton projectId={projectId} appId={appId} label="Deploy latest" disabledReason={refusal} />;
}
