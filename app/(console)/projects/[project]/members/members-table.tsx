import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { MemberView } from "@/lib/members";
import { MemberMenu, type MenuActions } from "./member-menu";
import { type Role, roleLabel } from "./role-words";

type Props = MenuActions & {
  people: readonly MemberView[];
  you: { id: string; role: Role };
  project: { id: string; name: string };
  /** Why nobody can be managed by this person at all. */
  refusal: string | undefined;
  now: Date;
};

export function MembersTable({ people, you, project, refusal, now, ...actions }: Props) {
  const owners = people.filter(({ role }) => role === "owner").length;
  return (
    <Table label="People of this project">
      <TableHead>
        <TableHeadCell>Name</TableHeadCell>
        <TableHeadCell>Email</TableHeadCell>
        <TableHeadCell>Role</TableHeadCell>
        <TableHeadCell>Since</TableHeadCell>
        <TableHeadCell hidden>Actions</TableHeadCell>
      </TableHead>
      <TableBody>
        {people.map((person) => (
          <TableRow key={person.id} className="relative">
            <TableCell head>
              {person.name}
              {person.id === you.id && <span className="font-normal text-ink-3"> (you)</span>}
            </TableCell>
            <TableCell label="Email" className="break-all">
              {person.email}
            </TableCell>
            <TableCell label="Role">{roleLabel(person.role)}</TableCell>
            <TableCell label="Since" className="whitespace-nowrap">
              <Time at={person.since} now={now} />
            </TableCell>
            <TableCell
              align="right"
              className="max-sm:absolute max-sm:top-2 max-sm:right-3 sm:w-12 sm:py-1.5 sm:align-middle"
            >
              <MemberMenu
                person={person}
                isYou={person.id === you.id}
                isLastOwner={person.role === "owner" && owners === 1}
                yourRole={you.role}
                project={project}
                refusal={refusal}
                {...actions}
              />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
