import { and, eq, isNull } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { authorizationAttempts, db, members, newId, pendingGrants, providerInstances, type Role } from "@/db";
import { loadProjectContext } from "@/lib/access";
import { listEvents } from "@/lib/audit";
import { announce, eventStream, subscribe } from "@/lib/events";
import { changeRole, inviteMember, leaveProject, listMembers, removeMember } from "@/lib/members";
import { useTestDatabase } from "@/lib/testing/database";
import { addIntegration } from "@/lib/testing/factories";
import { type Desk, openDesk } from "@/lib/testing/forge";
import { addMember, addProject, addUser, sessionOf } from "@/lib/testing/people";

useTestDatabase();

/** A project with an owner, and as many others as the test names roles. */
async function team(...roles: Role[]) {
  const { projectId, person } = await addProject("owner");
  const owner = await openDesk(projectId, person);
  const others: Desk[] = [];
  for (const role of roles) {
    const other = await addUser({ name: `The ${role}` });
    await addMember(projectId, other, role);
    others.push(await openDesk(projectId, other));
  }
  return { projectId, owner, others: others as [Desk, ...Desk[]] };
}

const rolesOf = async (projectId: string) =>
  Object.fromEntries(
    (
      await db()
        .select({ id: members.userId, role: members.role })
        .from(members)
        .where(eq(members.projectId, projectId))
    ).map(({ id, role }) => [id, role]),
  );

const contextOf = ({ session, projectId }: Desk) => loadProjectContext(session, projectId);
const events = async (projectId: string) => (await listEvents(projectId)).map(({ event }) => event);

describe("a role", () => {
  test("that is changed counts from the next request on, and is written down", async () => {
    const { projectId, owner, others } = await team("admin");
    const [admin] = others;
    await changeRole(owner.ctx, { userId: admin.person.id, role: "viewer" });
    expect((await contextOf(admin)).role).toBe("viewer");
    const [event] = await listEvents(projectId);
    expect(event).toMatchObject({ event: "member.role_changed", subjectId: admin.person.id });
    expect(event?.facts).toMatchObject({ from: "admin", to: "viewer" });
  });

  test("of an owner is out of reach for an admin, and so is making one", async () => {
    const { projectId, owner, others } = await team("admin", "member");
    const [admin, member] = others as [Desk, Desk];
    const before = await rolesOf(projectId);
    const refused = { code: "forbidden", message: "Only an owner may do this." };
    const tries = [
      () => changeRole(admin.ctx, { userId: owner.person.id, role: "viewer" }),
      () => changeRole(admin.ctx, { userId: member.person.id, role: "owner" }),
      () => changeRole(admin.ctx, { userId: admin.person.id, role: "owner" }),
      () => removeMember(admin.ctx, { userId: owner.person.id }),
      () => inviteMember(admin.ctx, { email: "new@example.com", role: "owner" }),
    ];
    for (const attempt of tries) await expect(attempt()).rejects.toMatchObject(refused);
    expect(await rolesOf(projectId)).toEqual(before);
    await changeRole(admin.ctx, { userId: member.person.id, role: "admin" });
    await changeRole(owner.ctx, { userId: member.person.id, role: "owner" });
    expect((await rolesOf(projectId))[member.person.id]).toBe("owner");
  });

  test("that its holder lost a moment ago moves nothing, whatever their page still believes", async () => {
    const { projectId, owner, others } = await team("admin", "member");
    const [admin, member] = others as [Desk, Desk];
    await changeRole(owner.ctx, { userId: admin.person.id, role: "member" });
    const stale = admin.ctx;
    await expect(changeRole(stale, { userId: member.person.id, role: "admin" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await removeMember(owner.ctx, { userId: admin.person.id });
    await expect(removeMember(stale, { userId: member.person.id })).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await rolesOf(projectId))[member.person.id]).toBe("member");
  });
});

describe("the last owner", () => {
  test("can be neither demoted nor leave", async () => {
    const { projectId, owner } = await team("admin");
    const conflict = { code: "conflict", message: expect.stringContaining("at least one owner") };
    const own = { userId: owner.person.id };
    await expect(changeRole(owner.ctx, { ...own, role: "admin" })).rejects.toMatchObject(conflict);
    await expect(leaveProject(owner.ctx)).rejects.toMatchObject(conflict);
    expect((await rolesOf(projectId))[owner.person.id]).toBe("owner");
  });

  test("is left over by two who demote, remove or leave at the same moment", async () => {
    for (let round = 0; round < 8; round += 1) {
      const { projectId, owner, others } = await team("owner");
      const [other] = others;
      const first = { userId: owner.person.id };
      const second = { userId: other.person.id };
      const attempts = [
        () => [
          changeRole(owner.ctx, { ...second, role: "admin" }),
          changeRole(other.ctx, { ...first, role: "admin" }),
        ],
        () => [removeMember(owner.ctx, second), removeMember(other.ctx, first)],
        () => [leaveProject(owner.ctx), leaveProject(other.ctx)],
        () => [leaveProject(owner.ctx), removeMember(other.ctx, first)],
      ][round % 4];
      await Promise.allSettled(attempts?.() ?? []);
      expect(Object.values(await rolesOf(projectId)).filter((role) => role === "owner")).toHaveLength(1);
    }
  });
});

describe("whoever is removed", () => {
  test("finds nothing at the next request, as if the project did not exist", async () => {
    const { projectId, owner, others } = await team("member");
    const [member] = others;
    await removeMember(owner.ctx, { userId: member.person.id });
    const answers = [projectId, newId("prj")].map((id) => contextOf({ ...member, projectId: id }));
    const [foreign, unknown] = await Promise.allSettled(answers);
    expect(foreign).toMatchObject({ status: "rejected", reason: { code: "not_found" } });
    expect(foreign).toEqual(unknown);
    expect((await events(projectId))[0]).toBe("member.removed");
  });

  test("has the open event stream ended at once", async () => {
    const { projectId, owner, others } = await team("member");
    const [member] = others;
    await listening();
    const isAllowed = async () => (await contextOf(member)) !== null;
    const { signal } = new AbortController();
    const stream = eventStream({ projectId, isAllowed, signal, recheckMs: 3_600_000 });
    let isEnded = false;
    const reading = (async () => {
      for await (const _ of stream);
      isEnded = true;
    })();
    await removeMember(owner.ctx, { userId: member.person.id });
    await expect.poll(() => isEnded, { timeout: 10_000 }).toBe(true);
    await reading;
  });

  test("takes back the handshakes and invitations that they had begun", async () => {
    const { projectId, owner, others } = await team("admin");
    const [admin] = others;
    await inviteMember(admin.ctx, { email: "second.self@example.com", role: "admin" });
    const attempt = await beginAttempt(admin);
    const grant = await waitForConfirmation(admin);
    await removeMember(owner.ctx, { userId: admin.person.id });
    const open = await db()
      .select({ id: authorizationAttempts.id })
      .from(authorizationAttempts)
      .where(and(eq(authorizationAttempts.id, attempt), isNull(authorizationAttempts.consumedAt)));
    expect(open).toEqual([]);
    const [waiting] = await db().select().from(pendingGrants).where(eq(pendingGrants.id, grant));
    expect(waiting?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now());
    const [event] = await listEvents(projectId);
    expect(event?.facts).toMatchObject({ withdrawnInvitations: 1 });
  });

  test("is somebody else: oneself one leaves, and others see it", async () => {
    const { projectId, owner, others } = await team("viewer");
    const [viewer] = others;
    const self = { userId: owner.person.id };
    await expect(removeMember(owner.ctx, self)).rejects.toMatchObject({ code: "conflict" });
    await leaveProject(viewer.ctx);
    expect((await events(projectId))[0]).toBe("member.left");
    expect((await listMembers(owner.ctx)).map(({ id }) => id)).toEqual([owner.person.id]);
  });
});

/** The connection that all streams of this process share needs a moment before it hears anything. */
async function listening(): Promise<void> {
  const projectId = newId("prj");
  let heard = 0;
  const stop = subscribe(projectId, () => {
    heard += 1;
  });
  await expect
    .poll(
      async () => {
        await announce(db(), { kind: "app", project: projectId });
        return heard;
      },
      { timeout: 10_000 },
    )
    .toBeGreaterThan(0);
  stop();
}

/** A new grant that nobody has confirmed yet, ten minutes at most. */
async function waitForConfirmation({ projectId, person, session }: Desk): Promise<string> {
  const id = newId("pgr");
  const instanceId = await addGitHost();
  await db()
    .insert(pendingGrants)
    .values({
      ...{ id, projectId, instanceId, userId: person.id, sessionId: session.sessionId },
      integrationId: await addIntegration(projectId),
      ...{ origin: "https://git.example", purpose: "reauthorize", accountId: "1", accountLogin: "octocat" },
      ...{ requestedScopes: [], grantedScopes: [] },
      accessTokenSealed: `v1.${newId("dek")}.${"A".repeat(16)}.${"A".repeat(22)}`,
      expiresAt: new Date(Date.now() + 600_000),
    });
  return id;
}

async function addGitHost(): Promise<string> {
  const id = newId("pin");
  const origin = `https://${id.slice(4)}.example`;
  await db()
    .insert(providerInstances)
    .values({ id, provider: "github", name: "Git", origin, apiUrl: origin });
  return id;
}

async function beginAttempt({ projectId, person, session }: Desk): Promise<string> {
  const instanceId = await addGitHost();
  const id = newId("att");
  await db()
    .insert(authorizationAttempts)
    .values({
      ...{ id, projectId, instanceId, userId: person.id, sessionId: session.sessionId },
      ...{ purpose: "connect", stateHash: id, nonceHash: id, scopes: [] },
      expiresAt: new Date(Date.now() + 600_000),
    });
  return id;
}

test("people are listed for everybody who may see the project, by name", async () => {
  const { others } = await team("viewer", "member");
  for (const { ctx } of others) expect(await listMembers(ctx)).toHaveLength(3);
  const stranger = await addUser();
  const { projectId } = await team();
  await expect(loadProjectContext(sessionOf(stranger), projectId)).rejects.toMatchObject({
    code: "not_found",
  });
});
