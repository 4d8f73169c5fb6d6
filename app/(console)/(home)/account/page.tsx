import type { Metadata } from "next";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Card } from "@/components/ui/card";
import { PageHead, SectionHead } from "@/components/ui/page-head";
import { hasPassword, listSessions, passwordRule, requireSession } from "@/lib/auth";
import { changePassword, revokeSession, updateProfile } from "./actions";
import { PasswordForm } from "./password-form";
import { ProfileForm } from "./profile-form";
import { SessionsTable } from "./sessions-table";

export const metadata: Metadata = { title: "Account" };

export default async function AccountPage() {
  const session = await requireSession();
  const [sessions, knowsPassword] = await Promise.all([listSessions(session), hasPassword(session)]);
  const { name, email } = session.user;
  return (
    <>
      <TopBar crumbs={[{ label: "Account" }]} />
      <Page>
        <PageHead title="Account" facts={`Signed in as ${email}.`} />
        <section aria-labelledby="profile">
          <SectionHead id="profile" title="Profile" />
          <ProfileForm key={`${name} ${email}`} action={updateProfile} name={name} email={email} />
        </section>
        <section aria-labelledby="password" className="mt-12">
          <SectionHead id="password" title="Password">
            Changing it signs every other browser out.
          </SectionHead>
          <PasswordForm action={changePassword} hasPassword={knowsPassword} passwordRule={passwordRule} />
        </section>
        <section aria-labelledby="sessions" className="mt-12">
          <SectionHead id="sessions" title="Sessions" remark={String(sessions.length)}>
            Browsers that are signed in as you. Ending one takes effect with its next request.
          </SectionHead>
          <Card as="div">
            <SessionsTable sessions={sessions} action={revokeSession} now={new Date()} />
          </Card>
        </section>
      </Page>
    </>
  );
}
