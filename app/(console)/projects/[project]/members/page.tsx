import type { Metadata } from "next";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { PageHead, SectionHead } from "@/components/ui/page-head";
import { may, type ProjectContext } from "@/lib/access";
import { type InvitationView, listInvitations, listMembers, type MemberView } from "@/lib/members";
import { projectPage } from "../project-page";
import { changeRole, invite, leave, remove, resend, revoke } from "./actions";
import { InvitationsTable } from "./invitations-table";
import { InviteDialog } from "./invite-dialog";
import { LeaveButton } from "./leave-button";
import { MembersTable } from "./members-table";

export const metadata: Metadata = { title: "People" };

type Props = { params: Promise<{ project: string }> };

export default async function MembersPage({ params }: Props) {
  const { project } = await params;
  const { context, people, invitations } = await projectPage(project, async (context) => ({
    context,
    people: await listMembers(context),
    invitations: may(context, "members.manage").allowed ? await listInvitations(context) : null,
  }));
  const { projectId, projectName, role } = context;
  const manage = may(context, "members.manage");
  const refusal = manage.allowed ? undefined : manage.reason;
  const mayOwn = may(context, "members.manage_owners").allowed;
  const now = new Date();
  return (
    <>
      <TopBar crumbs={[{ label: projectName, href: `/projects/${projectId}` }, { label: "People" }]} />
      <Page>
        <PageHead
          title="People"
          facts={facts(context, people)}
          actions={
            <InviteDialog
              action={invite}
              projectId={projectId}
              projectName={projectName}
              mayOwn={mayOwn}
              refusal={refusal}
            />
          }
        />
        <section aria-label="People of this project">
          <Card as="div">
            <MembersTable
              people={people}
              you={{ id: context.user.id, role }}
              project={{ id: projectId, name: projectName }}
              refusal={refusal}
              changeRole={changeRole}
              remove={remove}
              now={now}
            />
          </Card>
          {refusal && (
            <p className="mt-3 text-ink-3 text-sm">
              Owners and admins invite people, change roles and remove people. Ask one of them.
            </p>
          )}
        </section>
        {invitations && (
          <Invitations
            invitations={invitations}
            table={{ project: { id: projectId, name: projectName }, mayOwn, resend, revoke, now }}
          />
        )}
        <section aria-labelledby="leave" className="mt-12">
          <SectionHead id="leave" title="Leave">
            You lose access at once. What you connected or deployed stays with the project.
          </SectionHead>
          <LeaveButton
            action={leave}
            project={{ id: projectId, name: projectName }}
            refusal={isLastOwner(context, people) ? "Make somebody else an owner first." : undefined}
          />
        </section>
      </Page>
    </>
  );
}

type InvitationsProps = {
  invitations: InvitationView[];
  table: Omit<Parameters<typeof InvitationsTable>[0], "invitations">;
};

function Invitations({ invitations, table }: InvitationsProps) {
  return (
    <section aria-labelledby="invitations" className="mt-12">
      <SectionHead id="invitations" title="Invitations" remark={String(invitations.length)} />
      {invitations.length === 0 ? (
        <Empty title="Nobody is invited at the moment" level={3}>
          An invitation is a link for one address. It works once, within seven days.
        </Empty>
      ) : (
        <Card as="div">
          <InvitationsTable invitations={invitations} {...table} />
        </Card>
      )}
    </section>
  );
}

const isLastOwner = ({ role }: ProjectContext, people: readonly MemberView[]) =>
  role === "owner" && people.filter((person) => person.role === "owner").length === 1;

function facts({ role, projectName }: ProjectContext, people: readonly MemberView[]): string {
  const article = /^[aeiou]/.test(role) ? "an" : "a";
  const count = people.length === 1 ? "Nobody else is here yet." : `${people.length} people work here.`;
  return `${count} You are ${article} ${role} of ${projectName}.`;
}
