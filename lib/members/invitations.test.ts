import { eq, sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { db, invitations, members, newId, type Role, throttles, users } from "@/db";
import { listEvents, verifyChain } from "@/lib/audit";
import { consumeLink } from "@/lib/auth/links";
import {
  acceptInvitation,
  changeRole,
  describeInvitation,
  inviteMember,
  joinWithNewAccount,
  listInvitations,
  removeMember,
  resendInvitation,
  revokeInvitation,
} from "@/lib/members";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, type Desk, openDesk } from "@/lib/testing/forge";
import { addMember, addUser, sessionOf } from "@/lib/testing/people";

useTestDatabase();
// What one test tried does not count for the next.
beforeEach(async () => {
  await db().delete(throttles);
});

const fresh = () => `${newId("usr")}@example.com`;
const PASSWORD = "a sentence of a few words";

async function invited(desk: Desk, email = fresh(), role: Role = "admin") {
  const { url, invitationId } = await inviteMember(desk.ctx, { email, role });
  const token = new URL(url.reveal()).searchParams.get("token") ?? "";
  return { email, token, invitationId, url: url.reveal() };
}

const roleOf = async (projectId: string, email: string) => {
  const [row] = await db()
    .select({ role: members.role })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(sql`${members.projectId} = ${projectId} and ${users.email} = ${email}`);
  return row?.role ?? null;
};

const expire = (id: string) =>
  db().update(invitations).set({ expiresAt: sql`now() - interval '1 second'` }).where(eq(invitations.id, id));

describe("an invitation's link", () => {
  test("is kept as a hash only, and lasts seven days", async () => {
    const desk = await addDesk();
    const { token, invitationId } = await invited(desk);
    const rows = await db().select().from(invitations);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(JSON.stringify(await listEvents(desk.projectId))).not.toContain(token);
    const row = rows.find(({ id }) => id === invitationId);
    const days = ((row?.expiresAt.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.99);
    expect(days).toBeLessThanOrEqual(7);
  });

  test("is not used up by being opened, by whomever", async () => {
    const desk = await addDesk();
    const { token, email } = await invited(desk);
    const person = await addUser({ email });
    const others = [null, sessionOf(await addUser()), sessionOf(person)];
    const nexts = [];
    for (const session of [...others, ...others]) {
      const seen = await describeInvitation(session, token);
      nexts.push(seen.state === "open" ? seen.next : seen.state);
    }
    const once = ["sign_in", "switch_account", "accept"];
    expect(nexts).toEqual([...once, ...once]);
    await acceptInvitation(sessionOf(person), { token });
    expect(await roleOf(desk.projectId, email)).toBe("admin");
  });

  test("works for exactly one of twenty who press its button at the same time", async () => {
    const desk = await addDesk();
    const { token, email } = await invited(desk);
    const session = sessionOf(await addUser({ email }));
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => acceptInvitation(session, { token })),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const joined = (await listEvents(desk.projectId)).filter(({ event }) => event === "member.joined");
    expect(joined).toHaveLength(1);
    expect(await describeInvitation(session, token)).toEqual({ state: "accepted" });
    expect(await verifyChain(desk.projectId)).toMatchObject({ problems: [] });
  });

  test("is for one address: another account cannot use it and learns only which one can", async () => {
    const desk = await addDesk();
    const { token, email } = await invited(desk);
    const other = sessionOf(await addUser());
    const refused = { code: "forbidden", message: expect.stringContaining(email) };
    await expect(acceptInvitation(other, { token })).rejects.toMatchObject(refused);
    expect(await describeInvitation(other, token)).toMatchObject({ next: "switch_account", email });
    expect(await describeInvitation(null, token)).toMatchObject({ next: "create_account" });
  });

  test("finds the person whatever the capitals of the address", async () => {
    const desk = await addDesk();
    const email = fresh();
    const { token } = await invited(desk, email.toUpperCase(), "viewer");
    await acceptInvitation(sessionOf(await addUser({ email })), { token });
    expect(await roleOf(desk.projectId, email)).toBe("viewer");
  });

  test.each(["", "x", "a".repeat(43), "a".repeat(44), "'; drop table users; --"])(
    "is not found by %j, and cannot be used",
    async (token) => {
      expect(await describeInvitation(null, token)).toEqual({ state: "unknown" });
      const session = sessionOf(await addUser());
      await expect(acceptInvitation(session, { token })).rejects.toMatchObject({ code: "invalid" });
    },
  );
});

describe("an invitation that is over says so, tells nothing else, and cannot be used", () => {
  const ways: [string, (desk: Desk, id: string) => Promise<unknown>][] = [
    ["expired", (_, id) => expire(id)],
    ["revoked", (desk, invitationId) => revokeInvitation(desk.ctx, { invitationId })],
    ["replaced", (desk, invitationId) => resendInvitation(desk.ctx, { invitationId })],
  ];

  test.each(ways)("%s", async (state, end) => {
    const desk = await addDesk();
    const { token, email, invitationId } = await invited(desk);
    await end(desk, invitationId);
    expect(await describeInvitation(null, token)).toEqual({ state });
    const over = { code: "invalid" };
    const session = sessionOf(await addUser({ email }));
    await expect(acceptInvitation(session, { token })).rejects.toMatchObject(over);
    const join = { token, name: "Eve", password: PASSWORD };
    await expect(joinWithNewAccount(join, null)).rejects.toMatchObject(over);
    expect(await roleOf(desk.projectId, email)).toBeNull();
  });

  test("with the right of whoever made it", async () => {
    const owner = await addDesk();
    const made = [];
    for (const fall of ["removed", "viewer", "owner to admin"] as const) {
      const person = await addUser();
      await addMember(owner.projectId, person, fall === "owner to admin" ? "owner" : "admin");
      const desk = await openDesk(owner.projectId, person);
      const role = fall === "owner to admin" ? "owner" : "member";
      made.push(await invited(desk, fresh(), role));
      const userId = person.id;
      if (fall === "removed") await removeMember(owner.ctx, { userId });
      else await changeRole(owner.ctx, { userId, role: fall === "viewer" ? "viewer" : "admin" });
    }
    for (const { token, email } of made) {
      expect(await describeInvitation(null, token)).toEqual({ state: "revoked" });
      const session = sessionOf(await addUser({ email }));
      await expect(acceptInvitation(session, { token })).rejects.toMatchObject({ code: "invalid" });
    }
    expect(await listInvitations(owner.ctx)).toEqual([]);
  });

  test("also when that right went past our verbs", async () => {
    const owner = await addDesk();
    const person = await addUser();
    await addMember(owner.projectId, person, "admin");
    const { token } = await invited(await openDesk(owner.projectId, person));
    await db().delete(members).where(eq(members.userId, person.id));
    expect(await describeInvitation(null, token)).toEqual({ state: "withdrawn" });
  });
});

test("whoever tries links is stopped after thirty", async () => {
  const session = sessionOf(await addUser());
  const attempt = (n: number) => acceptInvitation(session, { token: String(n).padStart(43, "a") });
  for (let n = 0; n < 30; n += 1) await expect(attempt(n)).rejects.toMatchObject({ code: "invalid" });
  await expect(attempt(30)).rejects.toMatchObject({ code: "rate_limited" });
});

describe("somebody without an account", () => {
  test("makes one for that very address, is a member at once, and is signed in by a link of a moment", async () => {
    const desk = await addDesk();
    const { token, email } = await invited(desk, fresh(), "member");
    const { projectId, signInToken } = await joinWithNewAccount(
      { token, name: "Noor", password: PASSWORD },
      "203.0.113.7",
    );
    expect(projectId).toBe(desk.projectId);
    expect(await roleOf(projectId, email)).toBe("member");
    const [user] = await db().select().from(users).where(eq(users.email, email));
    expect(user).toMatchObject({ name: "Noor", isInstanceAdmin: false });
    expect(await consumeLink(db(), "sign_in", signInToken.reveal())).toEqual({ userId: user?.id });
    const [event] = await listEvents(projectId);
    expect(event).toMatchObject({ event: "member.joined", actorId: user?.id, address: "203.0.113.7" });
  });

  test("makes exactly one of it, however often the button is pressed", async () => {
    const desk = await addDesk();
    const { token, email } = await invited(desk);
    const input = { token, name: "Noor", password: PASSWORD };
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, () => joinWithNewAccount(input, null)),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await db().select().from(users).where(eq(users.email, email))).toHaveLength(1);
  });

  test("cannot take over an account that exists", async () => {
    const desk = await addDesk();
    const { token, email } = await invited(desk);
    const person = await addUser({ email, name: "The real one" });
    const input = { token, name: "Somebody else", password: PASSWORD };
    await expect(joinWithNewAccount(input, null)).rejects.toMatchObject({ code: "conflict" });
    const [user] = await db().select().from(users).where(eq(users.id, person.id));
    expect(user).toMatchObject({ name: "The real one", passwordHash: null });
    expect(await describeInvitation(null, token)).toMatchObject({ next: "sign_in" });
  });
});

describe("inviting", () => {
  test("somebody who is a member is refused by name", async () => {
    const desk = await addDesk();
    const person = await addUser({ name: "Grace" });
    await addMember(desk.projectId, person, "viewer");
    const input = { email: person.email.toUpperCase(), role: "admin" as const };
    const message = "Grace is a member already.";
    await expect(inviteMember(desk.ctx, input)).rejects.toMatchObject({ code: "conflict", message });
  });

  test("an address again ends its earlier link, whatever the role", async () => {
    const desk = await addDesk();
    const first = await invited(desk, fresh(), "viewer");
    const second = await invited(desk, first.email.toUpperCase(), "member");
    expect(await describeInvitation(null, first.token)).toEqual({ state: "replaced" });
    expect(await describeInvitation(null, second.token)).toMatchObject({ state: "open", role: "member" });
    expect(await listInvitations(desk.ctx)).toMatchObject([{ id: second.invitationId, isExpired: false }]);
  });

  test("by an admin leaves an owner's invitation alone", async () => {
    const owner = await addDesk();
    const person = await addUser();
    await addMember(owner.projectId, person, "admin");
    const admin = await openDesk(owner.projectId, person);
    const { email, invitationId } = await invited(owner, fresh(), "owner");
    const refused = { code: "forbidden", message: "Only an owner may do this." };
    const which = { invitationId };
    await expect(revokeInvitation(admin.ctx, which)).rejects.toMatchObject(refused);
    await expect(resendInvitation(admin.ctx, which)).rejects.toMatchObject(refused);
    await expect(inviteMember(admin.ctx, { email, role: "viewer" })).rejects.toMatchObject(refused);
    expect(await listInvitations(admin.ctx)).toMatchObject([{ id: invitationId, role: "owner" }]);
  });

  test("is limited: five an hour to one address, thirty by one person", async () => {
    const desk = await addDesk();
    const email = fresh();
    for (let n = 0; n < 5; n += 1) await invited(desk, email);
    await expect(invited(desk, email)).rejects.toMatchObject({ code: "rate_limited" });
    for (let n = 6; n < 30; n += 1) await invited(desk);
    await expect(invited(desk)).rejects.toMatchObject({ code: "rate_limited" });
  });

  test("and revoking are written down with the address, never with the link", async () => {
    const desk = await addDesk();
    const { email, invitationId, url } = await invited(desk);
    await revokeInvitation(desk.ctx, { invitationId });
    const rows = await listEvents(desk.projectId);
    expect(rows.map(({ event }) => event)).toEqual(["invitation.revoked", "member.invited"]);
    expect(rows.every(({ subjectName }) => subjectName === email)).toBe(true);
    expect(JSON.stringify(rows)).not.toContain(url);
  });
});

test("an invitation of another project is not found, like one that does not exist", async () => {
  const desk = await addDesk();
  const { invitationId } = await invited(desk);
  const stranger = await addDesk();
  for (const verb of [revokeInvitation, resendInvitation]) {
    const ids = [invitationId, newId("inv")];
    const answers = await Promise.allSettled(ids.map((id) => verb(stranger.ctx, { invitationId: id })));
    expect(answers[0]).toMatchObject({ status: "rejected", reason: { code: "not_found" } });
    expect(answers[0]).toEqual(answers[1]);
  }
  expect(await listInvitations(stranger.ctx)).toEqual([]);
});
