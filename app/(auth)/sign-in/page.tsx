import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthScene } from "@/components/auth-scene";
import { Code } from "@/components/ui/code";
import { Note } from "@/components/ui/note";
import { currentSession, isSetUp, safeNext } from "@/lib/auth";
import { env } from "@/lib/env";
import { signIn } from "./actions";
import { SignInForm } from "./sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

type Props = { searchParams: Promise<{ next?: string | string[] }> };

export default async function SignInPage({ searchParams }: Props) {
  const { next } = await searchParams;
  const target = safeNext(typeof next === "string" ? next : "/");
  if (await currentSession()) redirect(target);
  const hasPeople = await isSetUp();
  return (
    <AuthScene
      below={
        hasPeople && "No account, or no password any more? An instance admin can make you a one-time link."
      }
    >
      <h1 className="text-xl">Sign in</h1>
      <p className="mt-0.5 text-ink-3 text-sm">to {new URL(env().CONSOLE_URL).host}</p>
      {hasPeople ? <SignInForm action={signIn} next={target} /> : <NobodyYet />}
    </AuthScene>
  );
}

function NobodyYet() {
  return (
    <Note className="mt-5">
      Nobody has set this console up yet. The terminal in which it was started shows a link for that; a new
      one comes from <Code>npm run console -- setup-link</Code>.
    </Note>
  );
}
