import { db } from "@/db";
import type { Session } from "@/lib/access";
import { endSession } from "@/lib/auth/sessions";
import { isConsoleError } from "@/lib/errors";

/** Signs this browser in by address and password. Throws ConsoleError with what to tell the person. */
export const signInWithPassword = (input: { email: string; password: string }): Promise<void> =>
  signInBy("password", input);

/** Signs this browser in by a one-time link, which is used up. */
export const signInWithLink = (input: { token: string }): Promise<void> => signInBy("link", input);

async function signInBy(provider: "password" | "link", input: Record<string, string>): Promise<void> {
  const { causeOf, signIn } = await import("@/lib/auth/next-auth");
  try {
    await signIn(provider, { ...input, redirect: false });
  } catch (error) {
    const cause = causeOf(error);
    throw isConsoleError(cause) ? cause : error;
  }
}

/** Ends the session and takes its cookie away. */
export async function signOutHere(session: Session): Promise<void> {
  await endSession(db(), session.sessionId, session.address ?? null);
  const { signOut } = await import("@/lib/auth/next-auth");
  await signOut({ redirect: false });
}
