import type { Metadata } from "next";
import Link from "next/link";
import { AuthScene } from "@/components/auth-scene";
import { Button } from "@/components/ui/button";
import { currentSession, describeLink } from "@/lib/auth";
import { signInByLink } from "../actions";
import { LinkForm } from "./link-form";

export const metadata: Metadata = { title: "Sign in by link" };

type Props = { searchParams: Promise<{ token?: string | string[] }> };

/** Shows whom the link would sign in. Opening it uses nothing up: mail scanners and previews open links, too. */
export default async function LinkPage({ searchParams }: Props) {
  const { token } = await searchParams;
  const text = typeof token === "string" ? token : "";
  const link = await describeLink("sign_in", text);
  const session = await currentSession();
  return (
    <AuthScene>
      {link?.user ? (
        <Usable token={text} person={link.user} present={session?.user.email ?? null} />
      ) : (
        <Dead isSignedIn={session !== null} />
      )}
    </AuthScene>
  );
}

type UsableProps = { token: string; person: { name: string; email: string }; present: string | null };

function Usable({ token, person, present }: UsableProps) {
  return (
    <>
      <h1 className="text-xl">Sign in as {person.name}</h1>
      <p className="mt-0.5 break-words text-ink-3 text-sm">{person.email}</p>
      <p className="mt-5 text-ink-2 text-sm">
        {present !== null &&
          present !== person.email &&
          `You are signed in as ${present} now; this changes that. `}
        The link works once, with this button.
      </p>
      <LinkForm action={signInByLink} token={token} />
    </>
  );
}

function Dead({ isSignedIn }: { isSignedIn: boolean }) {
  return (
    <>
      <h1 className="text-xl">This link cannot be used</h1>
      <p className="mt-3 text-ink-2 text-sm">
        It was used already, is too old, or was cut off on its way. An instance admin can make you another
        one.
      </p>
      <Button asChild size="lg" className="mt-5 w-full">
        {isSignedIn ? (
          <Link href="/">Go on to your projects</Link>
        ) : (
          <Link href="/sign-in">Sign in with a password</Link>
        )}
      </Button>
    </>
  );
}
