import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { AuthScene } from "@/components/auth-scene";
import { Button } from "@/components/ui/button";
import { Time } from "@/components/ui/time";
import { currentSession, passwordRule, type Session } from "@/lib/auth";
import { describeInvitation, type InvitationLink } from "@/lib/members";
import { accept, join, switchAccount } from "./actions";
import { AcceptForm, JoinForm, SwitchForm } from "./invitation-forms";

export const metadata: Metadata = { title: "Invitation" };

type Props = { searchParams: Promise<{ token?: string | string[] }> };

/** Shows what the link is for. Opening it uses nothing up: mail scanners and previews open links, too. */
export default async function InvitationPage({ searchParams }: Props) {
  const { token } = await searchParams;
  const text = typeof token === "string" ? token : "";
  const session = await currentSession();
  const invitation = await describeInvitation(session, text);
  return (
    <AuthScene>
      {invitation.state === "open" ? (
        <Open invitation={invitation} token={text} session={session} />
      ) : (
        <Over state={invitation.state} isSignedIn={session !== null} />
      )}
    </AuthScene>
  );
}

type OpenInvitation = Extract<InvitationLink, { state: "open" }>;
type OpenProps = { invitation: OpenInvitation; token: string; session: Session | null };

function Open({ invitation, token, session }: OpenProps) {
  const { projectName, invitedBy, role, email, expiresAt } = invitation;
  return (
    <>
      <h1 className="break-words text-xl">Join {projectName}</h1>
      <p className="mt-1 break-words text-ink-2 text-sm">
        {invitedBy} invites {email} as {role}. The link works once, until{" "}
        <Time at={expiresAt} now={new Date()} mode="date" />.
      </p>
      <NextStep invitation={invitation} token={token} session={session} />
    </>
  );
}

function NextStep({ invitation, token, session }: OpenProps): ReactNode {
  const { next, email, projectId } = invitation;
  const back = `/invitation?token=${encodeURIComponent(token)}`;
  switch (next) {
    case "create_account":
      return <JoinForm action={join} token={token} email={email} passwordRule={passwordRule} />;
    case "accept":
      return <AcceptForm action={accept} token={token} />;
    case "sign_in":
      return (
        <Go href={`/sign-in?next=${encodeURIComponent(back)}`} label="Sign in to accept">
          There is an account for {email}.
        </Go>
      );
    case "switch_account":
      return (
        <>
          <p className="mt-5 break-words text-ink-2 text-sm">
            You are signed in as {session?.user.email}. This invitation is for {email} alone.
          </p>
          <SwitchForm action={switchAccount.bind(null, token)} />
        </>
      );
    case "open_project":
      return (
        <Go href={`/projects/${projectId}`} label="Open the project">
          You are a member already; there is nothing to accept.
        </Go>
      );
  }
}

function Go({ href, label, children }: { href: string; label: string; children: ReactNode }) {
  return (
    <>
      <p className="mt-5 break-words text-ink-2 text-sm">{children}</p>
      <Button asChild size="lg" variant="primary" className="mt-4 w-full">
        <Link href={href}>{label}</Link>
      </Button>
    </>
  );
}

const OVER: Record<Exclude<InvitationLink["state"], "open">, { title: string; sentence: string }> = {
  unknown: {
    title: "This invitation is not known",
    sentence: "The link was cut off on its way, or the project is gone. Ask whoever sent it for a new one.",
  },
  accepted: {
    title: "This invitation was accepted",
    sentence:
      "It works once. If it was you, the project is in your list; else ask for an invitation of your own.",
  },
  revoked: {
    title: "This invitation was revoked",
    sentence: "Ask an owner or admin of the project for a new one.",
  },
  replaced: {
    title: "There is a newer link",
    sentence: "This one ended when another was made. Use the newest, or ask for it.",
  },
  expired: {
    title: "This invitation has expired",
    sentence: "It was good for seven days. Ask an owner or admin of the project for a new link.",
  },
  withdrawn: {
    title: "This invitation does not count any more",
    sentence: "Whoever sent it may no longer invite people. Ask another owner or admin of the project.",
  },
};

function Over({ state, isSignedIn }: { state: keyof typeof OVER; isSignedIn: boolean }) {
  const { title, sentence } = OVER[state];
  return (
    <>
      <h1 className="text-xl">{title}</h1>
      <p className="mt-3 text-ink-2 text-sm">{sentence}</p>
      <Button asChild size="lg" className="mt-5 w-full">
        {isSignedIn ? <Link href="/">Go to your projects</Link> : <Link href="/sign-in">Sign in</Link>}
      </Button>
    </>
  );
}
