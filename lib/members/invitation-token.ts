import { createHash, randomBytes } from "node:crypto";
import { env } from "@/lib/env";
import { Secret } from "@/lib/secret";

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** A new link: 256 random bits, given to one person. Only their hash is stored. */
export function newInvitationToken(): { tokenHash: string; url: Secret } {
  const token = randomBytes(32).toString("base64url");
  return {
    tokenHash: hashInvitationToken(token) ?? "",
    url: new Secret(`${env().CONSOLE_URL}/invitation?token=${token}`),
  };
}

/** A token has too many bits to be searched for: a plain hash is enough. Null for what cannot be a token. */
export const hashInvitationToken = (token: string): string | null =>
  TOKEN.test(token) ? createHash("sha256").update(token).digest("hex") : null;
