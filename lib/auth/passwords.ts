import crypto from "node:crypto";
import { promisify } from "node:util";
import { z } from "zod";

/** RFC 7914 scrypt with the parameters of OWASP's password storage cheat sheet: about 200 ms and 32 MiB. */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const;
const KEY_BYTES = 32;
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;

export const PASSWORD_MIN = 12;
/** Long enough for any sentence; short enough that nobody makes us hash a book. */
export const PASSWORD_MAX = 256;

export const passwordRule = `At least ${PASSWORD_MIN} characters. A sentence of a few words is good.`;

/** A password that a person chooses now. */
export const newPasswordSchema = z
  .string()
  .min(PASSWORD_MIN, `This is too short. Use at least ${PASSWORD_MIN} characters.`)
  .max(PASSWORD_MAX, `At most ${PASSWORD_MAX} characters.`);

/** What is checked where there is no hash, so that an unknown address costs the same work as a known one. */
const NOBODY = `scrypt$${COST.N}$${COST.r}$${COST.p}$${"A".repeat(22)}$${"A".repeat(43)}`;

/** The form in which a password is kept: `scrypt$N$r$p$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.randomBytes(16);
  const hash = await derive(password, salt, COST);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/** Whether this is the password. The same work is done whether or not there is a hash to compare with. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [, N, r, p, salt, hash] = (stored ?? NOBODY).split("$");
  const expected = Buffer.from(hash ?? "", "base64url");
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const actual = await derive(password, Buffer.from(salt ?? "", "base64url"), cost);
  const isEqual = expected.length === actual.length && crypto.timingSafeEqual(expected, actual);
  return isEqual && stored !== null;
}

type Cost = { N: number; r: number; p: number };

/** Asynchronous: it runs on a thread of its own, and pages are served meanwhile. */
function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  const scrypt = promisify<string, Buffer, number, crypto.ScryptOptions, Buffer>(crypto.scrypt);
  // The same characters typed on another keyboard may be composed differently [NIST SP 800-63B, 3.1.1.2].
  return scrypt(password.normalize("NFKC"), salt, KEY_BYTES, { ...cost, maxmem: MAX_MEMORY_BYTES });
}
