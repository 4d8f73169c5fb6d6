import { GitBranch } from "lucide-react";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Code } from "@/components/ui/code";
import { ExternalLink, TextLink } from "@/components/ui/link";
import { AppStatus } from "@/components/ui/status";
import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import type { IntegrationDetail } from "@/lib/integrations";

/** Who loses its source when the integration goes. */
export function AppsTable({ apps, base }: { apps: IntegrationDetail["apps"]; base: string }) {
  return (
    <Card>
      <CardHeader
        title="Apps using it"
        description="These lose their source at once if the integration is removed."
      />
      {apps.length === 0 ? (
        <CardBody className="text-ink-2 text-sm">
          No app uses it yet. <TextLink href={`${base}/apps/new`}>Create an app</TextLink> and choose one of
          its repositories.
        </CardBody>
      ) : (
        <Table label="Apps using it">
          <TableHead>
            <TableHeadCell>App</TableHeadCell>
            <TableHeadCell>Repository</TableHeadCell>
            <TableHeadCell>Tracks</TableHeadCell>
            <TableHeadCell>Live</TableHeadCell>
          </TableHead>
          <TableBody>
            {apps.map((app) => (
              <TableRow key={app.id}>
                <TableCell head>
                  <TextLink href={`${base}/apps/${app.id}`}>{app.name}</TextLink>
                </TableCell>
                <TableCell label="Repository">
                  <ExternalLink href={app.repositoryUrl}>{app.repositoryName}</ExternalLink>
                </TableCell>
                <TableCell label="Tracks">
                  <span className="inline-flex items-center gap-1.5">
                    <GitBranch aria-hidden className="size-4" />
                    {app.branch}
                  </span>
                </TableCell>
                <TableCell label="Live">
                  {app.live ? (
                    <span className="inline-flex items-center gap-2">
                      <Code>{app.live.short}</Code>
                      <AppStatus status="live" />
                    </span>
                  ) : (
                    "Nothing yet"
                  )}
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}
