import { Status } from "@/components/ui/status";
import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { InvitationView } from "@/lib/members";
import { InvitationActions, type LinkActions } from "./invitation-actions";
import { roleLabel } from "./role-words";

type Props = LinkActions & {
  invitations: readonly InvitationView[];
  project: { id: string; name: string };
  mayOwn: boolean;
  now: Date;
};

export function InvitationsTable({ invitations, project, mayOwn, now, ...actions }: Props) {
  return (
    <Table label="Invitations">
      <TableHead>
        <TableHeadCell>Email</TableHeadCell>
        <TableHeadCell>Role</TableHeadCell>
        <TableHeadCell>Invited</TableHeadCell>
        <TableHeadCell>Link</TableHeadCell>
        <TableHeadCell hidden>Actions</TableHeadCell>
      </TableHead>
      <TableBody>
        {invitations.map((invitation) => (
          // A new link is a new invitation of the same address: the row stays, and with it the dialog that shows the link.
          <TableRow key={invitation.email}>
            <TableCell head className="break-all">
              {invitation.email}
            </TableCell>
            <TableCell label="Role">{roleLabel(invitation.role)}</TableCell>
            <TableCell label="Invited">
              <Time at={invitation.invitedAt} now={now} />
              {invitation.invitedBy && ` by ${invitation.invitedBy}`}
            </TableCell>
            <TableCell label="Link" className="whitespace-nowrap">
              <LinkStatus invitation={invitation} now={now} />
            </TableCell>
            <TableCell align="right" className="sm:py-1.5 sm:align-middle">
              <InvitationActions
                invitation={invitation}
                project={project}
                refusal={
                  invitation.role === "owner" && !mayOwn ? "Only an owner may change this one." : undefined
                }
                {...actions}
              />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function LinkStatus({ invitation, now }: { invitation: InvitationView; now: Date }) {
  if (invitation.isExpired) {
    return (
      <Status shape="cancelled" tone="idle">
        Expired
      </Status>
    );
  }
  return (
    <>
      Until <Time at={invitation.expiresAt} now={now} mode="date" />
      <MailStatus invitation={invitation} />
    </>
  );
}

function MailStatus({ invitation: { mail, mailProblem } }: { invitation: InvitationView }) {
  if (mail === null || mail === "dropped") return null;
  if (mail === "sent") return <span className="block text-ink-3 text-xs">Mailed</span>;
  const word = mail === "waiting" ? "Mail waiting" : "Not mailed";
  return (
    <span className="block text-ink-3 text-xs">
      {word}
      {mailProblem ? `: ${mailProblem}` : ""}
    </span>
  );
}
