import { decode } from "next-auth/jwt";
import { env } from "@/lib/env";
import { sessionKeys } from "@/lib/vault";

/** The cookie that carries the session's id, encrypted. Its name says whether it is confined to https. */
export const sessionCookieName = (): string =>
  env().isSecure ? "__Secure-authjs.session-token" : "authjs.session-token";

/** The keys that seal the cookie: the first seals, all open. */
export const cookieKeys = async (): Promise<string[]> => (await sessionKeys()).all.map((key) => key.reveal());

/** The session id inside a cookie of ours, or null for anything else: foreign, tampered, too old. */
export async function readSessionCookie(value: string | undefined): Promise<string | null> {
  if (!value) return null;
  try {
    const token = await decode({ token: value, secret: await cookieKeys(), salt: sessionCookieName() });
    return typeof token?.sid === "string" ? token.sid : null;
  } catch {
    return null;
  }
}
