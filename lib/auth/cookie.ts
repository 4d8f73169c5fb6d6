import { createHash } from "node:crypto";
import { decode } from "next-auth/jwt";
import { env } from "@/lib/env";
import { sessionKeys } from "@/lib/vault";

/** The cookie that carries the session's id, encrypted. By its prefix a browser takes it over https from this very host only. */
export const sessionCookieName = (): string =>
  env().isSecure ? "__Host-authjs.session-token" : "authjs.session-token";

/** The keys that seal the cookie: the first seals, all open. */
export const cookieKeys = async (): Promise<string[]> => (await sessionKeys()).all.map((key) => key.reveal());

const REMEMBERED = 2000;
const REMEMBERED_MS = 60_000;
/** Cookie's hash → the id inside. Opening a cookie costs more than asking the database whether its session still counts. */
const opened = new Map<string, { sessionId: string; until: number }>();

/** The session id inside a cookie of ours, or null for anything else: foreign, tampered, too old. */
export async function readSessionCookie(value: string | undefined): Promise<string | null> {
  if (!value) return null;
  const key = createHash("sha256").update(value).digest("base64");
  const known = opened.get(key);
  if (known && known.until > performance.now()) return known.sessionId;
  const sessionId = await openCookie(value);
  if (sessionId !== null) remember(key, sessionId);
  return sessionId;
}

async function openCookie(value: string): Promise<string | null> {
  try {
    const token = await decode({ token: value, secret: await cookieKeys(), salt: sessionCookieName() });
    return typeof token?.sid === "string" ? token.sid : null;
  } catch {
    return null;
  }
}

function remember(key: string, sessionId: string): void {
  opened.delete(key);
  opened.set(key, { sessionId, until: performance.now() + REMEMBERED_MS });
  const oldest = opened.size > REMEMBERED ? opened.keys().next().value : undefined;
  if (oldest !== undefined) opened.delete(oldest);
}
