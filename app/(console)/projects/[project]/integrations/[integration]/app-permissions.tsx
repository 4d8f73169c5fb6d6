import { Check, Minus } from "lucide-react";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Code } from "@/components/ui/code";
import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import type { InstallationView, IntegrationDetail } from "@/lib/integrations";

type Details = NonNullable<IntegrationDetail["details"]>;
type Props = { details: Details; account: string; provider: string };

/** A GitHub App has permissions instead of scopes, and only where it is installed. */
export function AppPermissions({ details, account, provider }: Props) {
  const { installations, permissions } = details;
  return (
    <Card>
      <CardHeader
        title="Access"
        description={`What the GitHub App may do for ${account}, in the repositories that it is installed on and ${account} can reach.`}
      />
      {installations === null ? (
        <CardBody className="text-ink-2 text-sm">
          The console is reading what {provider} permits. It takes a few seconds after connecting.
        </CardBody>
      ) : (
        <>
          <Permissions permissions={permissions} />
          <CardBody className="border-line border-t text-sm">
            <Installations installations={installations} {...{ account, provider }} />
          </CardBody>
        </>
      )}
    </Card>
  );
}

function Permissions({ permissions }: { permissions: Details["permissions"] }) {
  return (
    <Table label="Access">
      <TableHead>
        <TableHeadCell>Permission</TableHeadCell>
        <TableHeadCell>Needed</TableHeadCell>
        <TableHeadCell>Granted</TableHeadCell>
        <TableHeadCell>What it is for</TableHeadCell>
      </TableHead>
      <TableBody>
        {permissions.map(({ permission, level, held, isEnough, why, permits }) => (
          <TableRow key={permission}>
            <TableCell head className="whitespace-nowrap">
              <Code>{permission}</Code>
            </TableCell>
            <TableCell label="Needed" className="whitespace-nowrap">
              {level}
            </TableCell>
            <TableCell label="Granted" className="whitespace-nowrap">
              <Granted held={held} isEnough={isEnough} />
            </TableCell>
            <TableCell label="What it is for" prose>
              {why}
              <span className="block text-ink-3">Permits: {permits}</span>
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function Granted({ held, isEnough }: { held: string | null; isEnough: boolean }) {
  const Icon = isEnough ? Check : Minus;
  return (
    <span className="inline-flex items-center gap-1.5">
      <Icon aria-hidden className={isEnough ? "size-4 text-ok" : "size-4 text-ink-3"} />
      {held ?? "No"}
    </span>
  );
}

type Where = { installations: readonly InstallationView[]; account: string; provider: string };

function Installations({ installations, account, provider }: Where) {
  if (installations.length === 0) {
    return (
      <p className="text-ink-2">
        The app is installed nowhere that {account} can reach, so no repository can be chosen. Install it on{" "}
        {provider}'s own page of the app.
      </p>
    );
  }
  return (
    <>
      <p className="text-ink-3 text-xs">Installed on</p>
      <ul className="mt-1 grid gap-1">
        {installations.map((installation) => (
          <li key={installation.id}>
            <span className="font-medium">{installation.account}</span>
            <span className="text-ink-2">: {reachOf(installation)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

const reachOf = ({ repositories, isSuspended }: InstallationView): string =>
  isSuspended
    ? "suspended there, so nothing of it can be reached"
    : repositories === "all"
      ? "all repositories"
      : "selected repositories";
