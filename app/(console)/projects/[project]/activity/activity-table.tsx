import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { ActivityView } from "@/lib/projects";

export function ActivityTable({ items, now }: { items: readonly ActivityView[]; now: Date }) {
  return (
    <Table label="Activity">
      <TableHead>
        <TableHeadCell>What</TableHeadCell>
        <TableHeadCell>From</TableHeadCell>
        <TableHeadCell align="right">When</TableHeadCell>
      </TableHead>
      <TableBody>
        {items.map((item) => (
          <TableRow key={item.id}>
            <TableCell className="text-ink">
              <span className="break-words">
                <strong className="font-medium">{item.actor}</strong> {item.sentence}.
              </span>
            </TableCell>
            <TableCell label="From" className="whitespace-nowrap">
              {item.address ?? (item.isByPerson ? "unknown" : "the console itself")}
            </TableCell>
            <TableCell label="When" align="right" className="whitespace-nowrap">
              <Time at={item.at} now={now} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
