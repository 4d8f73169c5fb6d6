import { env } from "@/lib/env";
import { callbackUrl } from "@/lib/instances";
import type { Secret } from "@/lib/secret";

export const ATTEMPT_SECONDS = 600;
const PREFIX = "skc_att_";
const VALUE = /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/;

/** What the action hands to the browser. */
export type AttemptCookie = {
  name: string;
  value: string;
  path: string;
  maxAge: number;
  httpOnly: true;
  sameSite: "lax";
  secure: boolean;
};

/** Named after the attempt, so that two tabs do not disturb each other. */
export const cookieName = (attemptId: string): string => `${PREFIX}${attemptId.slice("att_".length)}`;

/** The browser's half of an attempt: a nonce and the PKCE verifier, sent back to the callback and nowhere else. */
export const attemptCookie = (
  attempt: Attempt,
  halves: { nonce: Secret; verifier: Secret },
): AttemptCookie => ({
  ...frame(attempt),
  value: `${halves.nonce.reveal()}.${halves.verifier.reveal()}`,
  maxAge: ATTEMPT_SECONDS,
});

/** The same cookie, gone. */
export const endedCookie = (attempt: Attempt): AttemptCookie => ({ ...frame(attempt), value: "", maxAge: 0 });

type Attempt = { id: string; instanceId: string };

const frame = (attempt: Attempt) => ({
  name: cookieName(attempt.id),
  path: new URL(callbackUrl(attempt.instanceId)).pathname,
  httpOnly: true as const,
  sameSite: "lax" as const,
  secure: env().isSecure,
});

export type Halves = { nonce: string; verifier: string };

/** Every attempt's cookie that the browser sent, by name; others are not looked at. */
export function readAttemptCookies(cookies: ReadonlyMap<string, string>): Map<string, Halves> {
  const found = new Map<string, Halves>();
  for (const [name, value] of cookies) {
    const [, nonce, verifier] = (name.startsWith(PREFIX) && VALUE.exec(value)) || [];
    if (nonce && verifier) found.set(name, { nonce, verifier });
  }
  return found;
}
