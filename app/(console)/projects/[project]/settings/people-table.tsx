import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { MemberView } from "@/lib/members";

type Props = { people: readonly MemberView[]; you: string; now: Date };

export function PeopleTable({ people, you, now }: Props) {
  return (
    <Table label="People of this project">
      <TableHead>
        <TableHeadCell>Name</TableHeadCell>
        <TableHeadCell>Email</TableHeadCell>
        <TableHeadCell>Role</TableHeadCell>
        <TableHeadCell align="right">Since</TableHeadCell>
      </TableHead>
      <TableBody>
        {people.map((person) => (
          <TableRow key={person.id}>
            <TableCell head>
              {person.name}
              {person.id === you && <span className="font-normal text-ink-3"> (you)</span>}
            </TableCell>
            <TableCell label="Email" className="break-all">
              {person.email}
            </TableCell>
            <TableCell label="Role">{person.role}</TableCell>
            <TableCell label="Since" align="right">
              <Time at={person.since} now={now} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
