import { createHash, randomBytes } from "node:crypto";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { db, type Executor, type LINK_PURPOSES, oneTimeLinks, type Transaction, users } from "@/db";
import { INSTANCE_CHAIN, record } from "@/lib/audit";
import { env } from "@/lib/env";
import { Secret } from "@/lib/secret";

export type LinkPurpose = (typeof LINK_PURPOSES)[number];

const PATHS: Record<LinkPurpose, string> = { setup: "/setup", sign_in: "/sign-in/link" };
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export type NewLink = {
  purpose: LinkPurpose;
  /** Whom it signs in; null for the link that sets the console up. */
  userId: string | null;
  minutes: number;
};

/** Makes a link that works once. Its address is given to one person and kept nowhere: only its hash is. */
export async function createLink(executor: Executor, link: NewLink): Promise<{ token: Secret; url: Secret }> {
  const token = randomBytes(32).toString("base64url");
  await executor.insert(oneTimeLinks).values({
    purpose: link.purpose,
    userId: link.userId,
    tokenHash: hashToken(token),
    expiresAt: sql`now() + make_interval(mins => ${link.minutes})`,
  });
  const url = `${env().CONSOLE_URL}${PATHS[link.purpose]}?token=${token}`;
  return { token: new Secret(token), url: new Secret(url) };
}

/** Whom a link would sign in, or null if it cannot be used (any more). Consumes nothing: previews and scanners open links. */
export async function describeLink(
  purpose: LinkPurpose,
  token: string,
): Promise<{ user: { name: string; email: string } | null } | null> {
  if (!TOKEN.test(token)) return null;
  const [row] = await db()
    .select({ name: users.name, email: users.email })
    .from(oneTimeLinks)
    .leftJoin(users, eq(users.id, oneTimeLinks.userId))
    .where(usable(purpose, token));
  if (!row) return null;
  return { user: row.name === null || row.email === null ? null : { name: row.name, email: row.email } };
}

/** Uses the link up, in one statement: of any number that try at once, one gets the answer and the others null. */
export async function consumeLink(
  executor: Executor,
  purpose: LinkPurpose,
  token: string,
): Promise<{ userId: string | null } | null> {
  if (!TOKEN.test(token)) return null;
  const [row] = await executor
    .update(oneTimeLinks)
    .set({ consumedAt: sql`now()` })
    .where(usable(purpose, token))
    .returning({ userId: oneTimeLinks.userId });
  return row ?? null;
}

/** Writes that a person came in by a link, from where: in the transaction that uses the link up. */
export async function recordLinkUse(
  tx: Transaction,
  person: { id: string; name: string | null },
  address: string | null,
): Promise<void> {
  await record(
    tx,
    { kind: "user", ...person, address },
    { chain: INSTANCE_CHAIN, event: "link.used", subjectId: person.id, subjectName: person.name },
  );
}

const usable = (purpose: LinkPurpose, token: string) =>
  and(
    eq(oneTimeLinks.tokenHash, hashToken(token)),
    eq(oneTimeLinks.purpose, purpose),
    isNull(oneTimeLinks.consumedAt),
    gt(oneTimeLinks.expiresAt, sql`now()`),
  );

/** A token has 256 random bits: a plain hash cannot be searched. */
const hashToken = (token: string) => createHash("sha256").update(token).digest("hex");
