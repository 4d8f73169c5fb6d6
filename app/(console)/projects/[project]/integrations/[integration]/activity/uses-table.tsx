import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { UseView } from "@/lib/integrations";

/** What the console does with the credential by itself is too much for rows of its own: it is summed up for each day. */
export function UsesTable({ uses, now }: { uses: UseView[]; now: Date }) {
  return (
    <Card>
      <CardHeader
        title="By itself"
        description="How often the console used the credential without anybody asking, in the last 14 days (UTC)."
      />
      {uses.length === 0 ? (
        <CardBody className="text-ink-2 text-sm">It has not used it by itself yet.</CardBody>
      ) : (
        <Table label="Uses by the console itself">
          <TableHead>
            <TableHeadCell>What</TableHeadCell>
            <TableHeadCell>For</TableHeadCell>
            <TableHeadCell align="right">Times</TableHeadCell>
            <TableHeadCell align="right">Last</TableHeadCell>
          </TableHead>
          <TableBody>
            {uses.map((use) => (
              <TableRow key={use.id}>
                <TableCell className="text-ink">
                  <strong className="font-medium">The console</strong> {use.what}
                  {use.repositoryName && ` in ${use.repositoryName}`}.
                </TableCell>
                <TableCell label="For">
                  {use.apps.join(", ") || (use.repositoryName ? "no app any more" : "the integration")}
                </TableCell>
                <TableCell label="Times" align="right">
                  {use.count}
                </TableCell>
                <TableCell label="Last" align="right" className="whitespace-nowrap">
                  <Time at={use.lastAt} now={now} />
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}
