import { eq, sql } from "drizzle-orm";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { db, mails } from "@/db";
import { forgetOldMails, runDueMails } from "@/lib/mail";
import { inviteMember, listInvitations, removeMember, revokeInvitation } from "@/lib/members";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, openDesk } from "@/lib/testing/forge";
import { addMember, addUser } from "@/lib/testing/people";
import { type SmtpServer, useSmtpServers } from "@/lib/testing/smtp-server";

useTestDatabase();
const serve = useSmtpServers();
const PORT = await freePort();
const signal = new AbortController().signal;
const account = { user: "console", password: "not to be logged" };

/** The settings are read once: every server of this file listens where SMTP_URL says. */
beforeAll(() => {
  process.env.SMTP_URL = `smtp://console:${encodeURIComponent(account.password)}@127.0.0.1:${PORT}`;
});
afterEach(async () => {
  await db().delete(mails);
});

async function freePort(): Promise<number> {
  const { createServer } = await import("node:net");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

const open = (): Promise<SmtpServer> => serve({ account, port: PORT });
let count = 0;
async function invited() {
  const desk = await addDesk();
  count += 1;
  const email = `noor${count}@example.com`;
  const made = await inviteMember(desk.ctx, { email, role: "admin" });
  return { ...made, desk };
}

const row = async (invitationId: string) => {
  const [found] = await db().select().from(mails).where(eq(mails.invitationId, invitationId));
  return found;
};
const hurry = () => db().update(mails).set({ attemptAt: sql`now()` }).where(sql`finished_at is null`);

describe("a mail in line", () => {
  test("carries the link, which the database holds sealed only, and is erased once it is sent", async () => {
    const server = await open();
    const { invitationId, email, url, isMailed } = await invited();
    expect(isMailed).toBe(true);
    const token = new URL(url.reveal()).searchParams.get("token") ?? "";
    const dump = async () => JSON.stringify(await db().select().from(mails));
    expect(await dump()).not.toContain(token);
    expect(await runDueMails(signal)).toBe(1);
    expect(server.mails).toHaveLength(1);
    const [mail] = server.mails;
    expect(mail?.to).toBe(email);
    expect(mail?.data.replaceAll("=\n", "").replaceAll("=3D", "=")).toContain(token);
    expect(await row(invitationId)).toMatchObject({ outcome: "sent", bodySealed: null });
    expect(await runDueMails(signal)).toBe(0);
  });

  test("is sent once, by however many that look at the same moment", async () => {
    const server = await open();
    await invited();
    await Promise.all(Array.from({ length: 5 }, () => runDueMails(signal)));
    expect(server.mails).toHaveLength(1);
  });

  test("waits for a server that is away, longer each time, and goes when it is back", async () => {
    const { invitationId, desk } = await invited();
    const pauses: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      await hurry();
      expect(await runDueMails(signal)).toBe(1);
      const waiting = await row(invitationId);
      pauses.push((waiting?.attemptAt?.getTime() ?? 0) - Date.now());
      expect(waiting).toMatchObject({ outcome: null, leaseToken: null, attempts: n + 1 });
    }
    expect(pauses[1]).toBeGreaterThan((pauses[0] ?? 0) * 1.5);
    expect(pauses[2]).toBeGreaterThan((pauses[1] ?? 0) * 1.5);
    const problem = "The mail server could not be reached.";
    expect(await listInvitations(desk.ctx)).toMatchObject([{ mail: "waiting", mailProblem: problem }]);
    const server = await open();
    await hurry();
    await runDueMails(signal);
    expect(server.mails).toHaveLength(1);
    expect(await listInvitations(desk.ctx)).toMatchObject([{ mail: "sent" }]);
  });

  test("of a process that died is sent by another, after its lease", async () => {
    const server = await open();
    const { invitationId } = await invited();
    const held = { leaseToken: "gone", leaseUntil: sql`now() + interval '1 minute'` };
    await db().update(mails).set(held).where(eq(mails.invitationId, invitationId));
    expect(await runDueMails(signal)).toBe(0);
    await db()
      .update(mails)
      .set({ leaseUntil: sql`now() - interval '1 second'` })
      .where(eq(mails.invitationId, invitationId));
    expect(await runDueMails(signal)).toBe(1);
    expect(server.mails).toHaveLength(1);
  });

  test("is erased when its address is refused for good, and after a day", async () => {
    const server = await open();
    server.answers.RCPT = "550 no such person";
    const { invitationId: refused, desk } = await invited();
    await runDueMails(signal);
    expect(await row(refused)).toMatchObject({ outcome: "refused", bodySealed: null });
    expect(await listInvitations(desk.ctx)).toMatchObject([{ mail: "refused" }]);
    const { invitationId: old } = await invited();
    await db()
      .update(mails)
      .set({ expiresAt: sql`now() - interval '1 second'` })
      .where(eq(mails.invitationId, old));
    await runDueMails(signal);
    expect(await row(old)).toMatchObject({ outcome: "gave_up", bodySealed: null });
    expect(server.mails).toEqual([]);
  });

  test("is not sent any more when its invitation has ended: revoked, or its maker removed", async () => {
    const server = await open();
    const { invitationId: revoked, desk } = await invited();
    await revokeInvitation(desk.ctx, { invitationId: revoked });
    const person = await addUser();
    await addMember(desk.projectId, person, "admin");
    const admin = await openDesk(desk.projectId, person);
    const second = await inviteMember(admin.ctx, { email: "second.self@example.com", role: "admin" });
    await removeMember(desk.ctx, { userId: person.id });
    expect(await runDueMails(signal)).toBe(0);
    for (const id of [revoked, second.invitationId]) {
      expect(await row(id)).toMatchObject({ outcome: "dropped", bodySealed: null });
    }
    expect(server.mails).toEqual([]);
  });

  test("is taken back with the invitation that was not committed", async () => {
    const desk = await addDesk();
    const person = await addUser();
    await addMember(desk.projectId, person, "viewer");
    await expect(inviteMember(desk.ctx, { email: person.email, role: "admin" })).rejects.toThrow();
    expect(await db().select().from(mails)).toEqual([]);
  });
});

describe("a mail that has ended", () => {
  const endedBefore = (days: number, invitationId: string) =>
    db()
      .update(mails)
      .set({
        ...{ outcome: "sent", bodySealed: null, attemptAt: null },
        finishedAt: sql`now() - make_interval(days => ${days})`,
      })
      .where(eq(mails.invitationId, invitationId));

  test("is forgotten after thirty days, unless its invitation is still listed", async () => {
    const [old, recent, listed, waiting] = [
      await invited(),
      await invited(),
      await invited(),
      await invited(),
    ];
    for (const { desk, invitationId } of [old, recent, waiting])
      await revokeInvitation(desk.ctx, { invitationId });
    await endedBefore(31, old.invitationId);
    await endedBefore(29, recent.invitationId);
    await endedBefore(31, listed.invitationId);
    expect(await forgetOldMails()).toBe(1);
    expect(await row(old.invitationId)).toBeUndefined();
    expect(await row(recent.invitationId)).toBeDefined();
    expect(await row(waiting.invitationId)).toBeDefined();
    expect(await listInvitations(listed.desk.ctx)).toMatchObject([{ mail: "sent" }]);
  });
});
