import { randomBytes } from "node:crypto";

/** What each prefix names, so that a log line explains itself. */
export const ID_PREFIXES = {
  usr: "user",
  ses: "session",
  otl: "one-time link",
  prj: "project",
  inv: "invitation",
  dek: "data key",
  aud: "audit event",
  pin: "provider instance",
  int: "integration",
  crd: "credential",
  att: "authorization attempt",
  pgr: "pending grant",
  cln: "cleanup",
  inc: "integration incident",
  ntf: "notification",
  mal: "mail",
  ind: "delivery to a provider instance",
  app: "app",
  rep: "repository",
  hok: "hook",
  dlv: "delivery",
  psh: "push",
  vrd: "verdict",
  dep: "deployment",
  wrk: "worker",
} as const;

export type IdPrefix = keyof typeof ID_PREFIXES;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** A new identifier, `prj_` and twenty characters: 100 random bits, unguessable and safe in an address. */
export function newId(prefix: IdPrefix): string {
  let text = "";
  for (const byte of randomBytes(20)) text += ALPHABET[byte & 31];
  return `${prefix}_${text}`;
}
