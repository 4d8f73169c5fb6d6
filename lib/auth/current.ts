import { cache } from "react";
import type { Session } from "@/lib/access";
import { readSessionCookie, sessionCookieName } from "@/lib/auth/cookie";
import { findSession } from "@/lib/auth/sessions";
import { requestAddress } from "@/lib/auth/visitor";

/** The header in which the proxy tells a page its own path and query. */
export const PATH_HEADER = "x-path";

/**
 * Who is signed in, read from the database for this request (once, however often it is asked). Null for nobody: no cookie, a
 * cookie of another key, a session that ended or was revoked.
 */
export const currentSession = cache(async (): Promise<Session | null> => {
  // Loaded here so that what runs without Next (the command line) can import this module.
  const { cookies } = await import("next/headers");
  const sessionId = await readSessionCookie((await cookies()).get(sessionCookieName())?.value);
  const session = sessionId === null ? null : await findSession(sessionId);
  return session && { ...session, address: await requestAddress() };
});

/** For pages: who is signed in, or a redirect to the sign-in page that comes back here. */
export async function requireSession(): Promise<Session> {
  const session = await currentSession();
  if (session) return session;
  const [{ redirect }, { headers }] = await Promise.all([import("next/navigation"), import("next/headers")]);
  return redirect(signInPath((await headers()).get(PATH_HEADER)));
}

/** The sign-in page, coming back to `path` afterwards. */
export const signInPath = (path: string | null): string =>
  path === null || path === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(path)}`;

/** Where to go after signing in: a path of this console, never another site. */
export function safeNext(next: string | null | undefined): string {
  if (!next?.startsWith("/") || /^\/[/\\]|[\\\p{Cc}]/u.test(next)) return "/";
  return next;
}
