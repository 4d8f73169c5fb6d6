import { Card, CardHeader } from "@/components/ui/card";
import { Code } from "@/components/ui/code";
import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import type { PendingGrantView } from "@/lib/integrations";
import { YesNo } from "../yes-no";

/** What is granted now against what was granted before; what is missing names what will not work. */
export function ScopesPanel({ grant, provider }: { grant: PendingGrantView; provider: string }) {
  if (grant.scopes.length === 0) return null;
  return (
    <Card>
      <CardHeader
        title="Access"
        description={`What ${grant.account} granted at ${provider}, compared with before.`}
      />
      <Table label="Access">
        <TableHead>
          <TableHeadCell>Scope</TableHeadCell>
          <TableHeadCell>Before</TableHeadCell>
          <TableHeadCell>Now</TableHeadCell>
          <TableHeadCell>What it is for</TableHeadCell>
        </TableHead>
        <TableBody>
          {grant.scopes.map(({ scope, why, isAsked, isGranted, wasGranted, without }) => (
            <TableRow key={scope} changed={isGranted !== wasGranted}>
              <TableCell head className="whitespace-nowrap">
                <Code>{scope}</Code>
              </TableCell>
              <TableCell label="Before">
                <YesNo isYes={wasGranted} />
              </TableCell>
              <TableCell label="Now">
                <YesNo isYes={isGranted} />
              </TableCell>
              <TableCell label="What it is for" prose>
                {why}
                {without && (
                  <span className="block text-ink">
                    {isAsked ? "Not granted" : "No longer asked for"}. {without}
                  </span>
                )}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}
