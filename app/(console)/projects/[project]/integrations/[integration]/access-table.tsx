import type { ReactNode } from "react";
import { Card, CardHeader } from "@/components/ui/card";
import { Code } from "@/components/ui/code";
import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import type { IntegrationDetail } from "@/lib/integrations";
import { AppPermissions } from "./app-permissions";
import { YesNo } from "./yes-no";

type Props = {
  details: NonNullable<IntegrationDetail["details"]>;
  account: string;
  provider: string;
  /** Under the table: asking for something else. */
  footer?: ReactNode;
};

/** What was asked, what was granted, what each is for and what it permits beyond that. */
export function AccessTable({ details, account, provider, footer }: Props) {
  if (details.clientType === "github_app") return <AppPermissions {...{ details, account, provider }} />;
  return (
    <Card>
      <CardHeader title="Access" description={`What ${account} granted to this console at ${provider}.`} />
      <Table label="Access">
        <TableHead>
          <TableHeadCell>Scope</TableHeadCell>
          <TableHeadCell>Asked</TableHeadCell>
          <TableHeadCell>Granted</TableHeadCell>
          <TableHeadCell>What it is for</TableHeadCell>
        </TableHead>
        <TableBody>
          {details.scopes.map(({ scope, isAsked, isGranted, why, permits, without }) => (
            <TableRow key={scope}>
              <TableCell head className="whitespace-nowrap">
                <Code>{scope}</Code>
              </TableCell>
              <TableCell label="Asked" className="whitespace-nowrap">
                <YesNo isYes={isAsked} />
              </TableCell>
              <TableCell label="Granted" className="whitespace-nowrap">
                <YesNo isYes={isGranted} />
              </TableCell>
              <TableCell label="What it is for" prose>
                {why || `Not used. ${account} granted it to this client before.`}
                {permits && <span className="block text-ink-3">Permits: {permits}</span>}
                {without && <span className="block text-warn">Not granted. {without}</span>}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {footer}
    </Card>
  );
}
