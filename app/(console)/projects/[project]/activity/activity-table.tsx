import { TextLink } from "@/components/ui/link";
import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { ActivityView } from "@/lib/projects";

type Props = { items: readonly ActivityView[]; base: string; hasReceipts: boolean; now: Date };

export function ActivityTable({ items, base, hasReceipts, now }: Props) {
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
                {hasReceipts && item.receiptOf && (
                  <>
                    {" "}
                    <TextLink href={`${base}/integrations/${item.receiptOf}/receipt`}>Receipt</TextLink>
                  </>
                )}
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
