import { ArrowUpRight } from "lucide-react";
import Link from "next/link";
import { Commit } from "@/components/ui/code";
import { DeploymentStatus } from "@/components/ui/status";
import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { AppCard } from "@/lib/apps";

type Props = { apps: readonly AppCard[]; base: string; now: Date };

export function AppsTable({ apps, base, now }: Props) {
  return (
    <Table label="Apps">
      <TableHead>
        <TableHeadCell>App</TableHeadCell>
        <TableHeadCell>Live</TableHeadCell>
        <TableHeadCell>Last deployment</TableHeadCell>
        <TableHeadCell hidden>Site</TableHeadCell>
      </TableHead>
      <TableBody>
        {apps.map((app) => (
          <TableRow key={app.id}>
            <TableCell head>
              <span className="grid gap-0.5">
                <Link href={`${base}/apps/${app.id}`} className="rounded-tag hover:underline">
                  {app.name}
                </Link>
                <span className="font-normal text-ink-3 text-xs">{sourceWords(app)}</span>
                {app.attention && <span className="font-normal text-warn text-xs">{app.attention}</span>}
              </span>
            </TableCell>
            <TableCell label="Live">
              <Live live={app.live} now={now} />
            </TableCell>
            <TableCell label="Last deployment">
              <Last last={app.last} href={`${base}/apps/${app.id}/deployments`} now={now} />
            </TableCell>
            <TableCell align="right">{app.live && <SiteLink url={app.siteUrl} name={app.name} />}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function sourceWords({ repositoryName, branch, autoDeploy }: AppCard): string {
  if (repositoryName === null || branch === null) return "No source";
  return autoDeploy ? `${repositoryName} · ${branch}` : `${repositoryName} · ${branch}, by hand`;
}

function Live({ live, now }: { live: AppCard["live"]; now: Date }) {
  if (!live) return <span className="text-ink-3">Nothing yet</span>;
  return (
    <span className="grid gap-0.5">
      <span className="line-clamp-1 break-all">
        <Commit sha={live.commit.sha} href={live.commit.url ?? undefined} /> {live.commit.title}
      </span>
      {live.since && (
        <span className="text-ink-3 text-xs">
          since <Time at={live.since} now={now} />
        </span>
      )}
    </span>
  );
}

function Last({ last, href, now }: { last: AppCard["last"]; href: string; now: Date }) {
  if (!last) return <span className="text-ink-3">None</span>;
  return (
    <span className="grid gap-0.5">
      <DeploymentStatus status={last.status} />
      <span className="text-ink-3 text-xs">
        <Link href={`${href}/${last.id}`} className="rounded-tag hover:underline">
          Number {last.number}
        </Link>
        , <Time at={last.at} now={now} />
      </span>
    </span>
  );
}

function SiteLink({ url, name }: { url: string; name: string }) {
  return (
    <a
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      className="inline-flex items-center gap-1 rounded-tag font-medium text-accent hover:underline"
    >
      Open
      <span className="sr-only"> the site of {name} (opens in a new tab)</span>
      <ArrowUpRight aria-hidden className="size-3.5" />
    </a>
  );
}
