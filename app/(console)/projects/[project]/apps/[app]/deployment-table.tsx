import { Commit } from "@/components/ui/code";
import { TextLink } from "@/components/ui/link";
import { DeploymentStatus } from "@/components/ui/status";
import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { Duration, Elapsed, Time } from "@/components/ui/time";
import type { DeploymentRow } from "@/lib/deployments";

const triggers: Record<DeploymentRow["trigger"], string> = {
  push: "push",
  initial: "first deployment",
  manual: "by hand",
  redeploy: "redeployed",
  catch_up: "caught up",
  promote: "promoted",
  ci: "CI",
};

type Props = { rows: DeploymentRow[]; base: string; now: string };

export function DeploymentTable({ rows, base, now }: Props) {
  if (rows.length === 0) {
    return (
      <p className="px-5 pb-5 text-ink-2 text-sm">
        No deployments yet. A push to the tracked branch makes the first one, and so does Deploy.
      </p>
    );
  }
  return (
    <Table label="Deployments">
      <TableHead>
        <TableHeadCell>Deployment</TableHeadCell>
        <TableHeadCell>Status</TableHeadCell>
        <TableHeadCell>Commit</TableHeadCell>
        <TableHeadCell align="right">Took</TableHeadCell>
        <TableHeadCell align="right">When</TableHeadCell>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <DeploymentLine key={row.id} row={row} base={base} now={now} />
        ))}
      </TableBody>
    </Table>
  );
}

function DeploymentLine({ row, base, now }: { row: DeploymentRow; base: string; now: string }) {
  return (
    <TableRow>
      <TableCell head>
        <TextLink
          href={`${base}/deployments/${row.id}`}
          className="inline-block max-w-[38ch] truncate align-bottom"
        >
          <span className="tabular-nums">{row.number}</span>{" "}
          {row.commit.title && <span className="ml-1 text-ink">{row.commit.title}</span>}
        </TextLink>
      </TableCell>
      <TableCell label="Status">
        <DeploymentStatus status={row.isLive ? "live" : row.status} />
      </TableCell>
      <TableCell label="Commit">
        <span className="inline-flex flex-wrap items-baseline gap-x-2">
          <Commit sha={row.commit.sha} href={row.commit.url ?? undefined} />
          <span className="text-ink-3">
            {row.branch}, {triggers[row.trigger]}
          </span>
        </span>
      </TableCell>
      <TableCell label="Took" align="right">
        <Took row={row} now={now} />
      </TableCell>
      <TableCell label="When" align="right">
        <Time at={row.createdAt} now={now} className="whitespace-nowrap" />
      </TableCell>
    </TableRow>
  );
}

function Took({ row, now }: { row: DeploymentRow; now: string }) {
  if (!row.startedAt) return <span className="text-ink-3">–</span>;
  if (!row.finishedAt) return <Elapsed since={row.startedAt} now={now} />;
  return <Duration ms={Date.parse(row.finishedAt) - Date.parse(row.startedAt)} />;
}
