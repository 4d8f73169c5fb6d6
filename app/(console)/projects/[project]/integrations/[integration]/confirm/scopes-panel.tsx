import { Check, Minus } from "lucide-react";
import { Card, CardHeader } from "@/components/ui/card";
import { Code } from "@/components/ui/code";
import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import type { PendingGrantView } from "@/lib/integrations";

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

function YesNo({ isYes }: { isYes: boolean }) {
  const Icon = isYes ? Check : Minus;
  return (
    <span className="inline-flex items-center gap-1.5">
      <Icon aria-hidden className={isYes ? "size-4 text-ok" : "size-4 text-ink-3"} />
      {isYes ? "Yes" : "No"}
    </span>
  );
}
