import { ActionForm, type FormAction } from "@/components/action-form";
import { SubmitButton } from "@/components/ui/submit-button";
import { Table, TableBody, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { SessionView } from "@/lib/auth";
import { browserName } from "./browser-name";

type Props = { sessions: readonly SessionView[]; action: FormAction; now: Date };

export function SessionsTable({ sessions, action, now }: Props) {
  return (
    <Table label="Sessions">
      <TableHead>
        <TableHeadCell>Browser</TableHeadCell>
        <TableHeadCell>Address</TableHeadCell>
        <TableHeadCell>Signed in</TableHeadCell>
        <TableHeadCell>Last seen</TableHeadCell>
        <TableHeadCell hidden>Actions</TableHeadCell>
      </TableHead>
      <TableBody>
        {sessions.map((session) => (
          <TableRow key={session.id}>
            <TableCell head>{browserName(session.userAgent)}</TableCell>
            <TableCell label="Address">{session.address ?? "unknown"}</TableCell>
            <TableCell label="Signed in">
              <Time at={session.createdAt} now={now} />
            </TableCell>
            <TableCell label="Last seen">
              {session.isCurrent ? "now" : <Time at={session.lastSeenAt} now={now} />}
            </TableCell>
            <TableCell align="right">
              {session.isCurrent ? (
                <span className="text-ink-3">This browser</span>
              ) : (
                <EndButton session={session} action={action} />
              )}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function EndButton({ session, action }: { session: SessionView; action: FormAction }) {
  return (
    <ActionForm action={action} hidden={{ sessionId: session.id }} className="inline-grid gap-2">
      <SubmitButton
        variant="secondary"
        size="sm"
        busyLabel="Ending"
        aria-label={`End the session in ${browserName(session.userAgent)}`}
      >
        End
      </SubmitButton>
    </ActionForm>
  );
}
