import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { cleanups, db, integrationIncidents, mails, newId, notifications, type Role } from "@/db";
import { loadProjectContext } from "@/lib/access";
import { listEvents } from "@/lib/audit";
import { type IntegrationEvent, transition } from "@/lib/credentials";
import { openIncident } from "@/lib/credentials/incidents";
import { listIncidents, runDueCleanups, settleLeftover } from "@/lib/integrations";
import { log } from "@/lib/log";
import { runDueMails } from "@/lib/mail";
import { changeRole, leaveProject, removeMember } from "@/lib/members";
import {
  listNotifications,
  markAllRead,
  markRead,
  summarizeNotifications,
  tellIncidents,
} from "@/lib/notifications";
import { getProjectShell } from "@/lib/projects";
import { useTestDatabase } from "@/lib/testing/database";
import { addIntegration, addSite, type Site } from "@/lib/testing/factories";
import { addMember, addProject, addUser, sessionOf, type TestPerson } from "@/lib/testing/people";
import { useWorkerProcesses } from "@/lib/testing/worker-process";

useTestDatabase();
const startWorker = useWorkerProcesses();
const signal = new AbortController().signal;

// Nothing listens there: what is mailed is looked at in its rows.
beforeAll(() => {
  Object.assign(process.env, { SMTP_URL: "smtp://127.0.0.1:9", LOG_LEVEL: "silent" });
});
afterAll(startWorker.endAll);

type Team = { site: Site; owner: TestPerson; people: Record<Role, TestPerson> };
let team: Team;

/** A project with an app behind an integration, and one person more of every role. */
async function addTeam(): Promise<Team> {
  const site = await addSite();
  const people: Partial<Record<Role, TestPerson>> = {};
  for (const role of ["owner", "admin", "member", "viewer"] as const) {
    const person = await addUser({ name: `The ${role}` });
    await addMember(site.projectId, person, role);
    people[role] = person;
  }
  const { id, email } = site.ctx.user;
  return { site, owner: { id, email, user: site.ctx.user }, people: people as Record<Role, TestPerson> };
}

beforeEach(async () => {
  await db().update(integrationIncidents).set({ toldAt: sql`now()` });
  team = await addTeam();
});

const happen = (event: IntegrationEvent, site = team.site) =>
  db().transaction((tx) => transition(tx, site, event));
const ofProject = ({ projectId }: Site) => eq(integrationIncidents.projectId, projectId);
const incidentsOf = (site: Site) => db().select().from(integrationIncidents).where(ofProject(site));
const told = async (person: TestPerson) => (await listNotifications(sessionOf(person))).items;
const unread = async (person: TestPerson) => (await summarizeNotifications(sessionOf(person))).unread;

describe("an integration that needs somebody", () => {
  test("is told to owners and admins, with what happened, the project and the apps; to nobody else", async () => {
    const stranger = (await addProject("owner")).person;
    await happen({ kind: "lost", reason: "revoked" });
    expect(await tellIncidents()).toBe(1);
    for (const person of [team.owner, team.people.owner, team.people.admin]) {
      expect(await told(person)).toMatchObject([
        {
          projectId: team.site.projectId,
          projectName: "lighthouse",
          title: "octocat on git.example has to be authorized again",
          sentence: expect.stringMatching(/^GitHub says this token was revoked\. Apps that use it stay live/),
          href: `/projects/${team.site.projectId}/integrations`,
          apps: [{ id: team.site.appId }],
          isRead: false,
          end: null,
        },
      ]);
      expect(await unread(person)).toBe(1);
    }
    for (const person of [team.people.member, team.people.viewer, stranger]) {
      expect(await told(person)).toEqual([]);
      expect(await unread(person)).toBe(0);
    }
  });

  test("is told once, however many processes look at the same moment, and by mail once", async () => {
    await happen({ kind: "lost", reason: "revoked" });
    const answers = await Promise.all(Array.from({ length: 8 }, () => tellIncidents()));
    expect(answers.reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(await tellIncidents()).toBe(0);
    expect(await told(team.people.admin)).toHaveLength(1);
    const rows = await db()
      .select({ to: mails.toAddress, subject: mails.subject })
      .from(mails)
      .innerJoin(notifications, eq(notifications.id, mails.notificationId))
      .where(eq(notifications.projectId, team.site.projectId));
    const recipients = [team.owner, team.people.owner, team.people.admin].map(({ email }) => email);
    expect(rows.map(({ to }) => to).sort()).toEqual(recipients.sort());
    expect(rows[0]?.subject).toBe("octocat on git.example has to be authorized again (lighthouse)");
  });

  test("that cannot be told holds up nobody, is logged once, and is told when it can be", async () => {
    const broken = team.site;
    const other = (await addTeam()).site;
    await happen({ kind: "lost", reason: "revoked" }, broken);
    await happen({ kind: "lost", reason: "revoked" }, other);
    await db().execute(sql`create function refuse_notification() returns trigger language plpgsql
      as $$ begin raise exception 'refused by the test'; end $$`);
    await db().execute(
      sql.raw(`create trigger refuse before insert on notifications for each row
        when (new.project_id = '${broken.projectId}') execute function refuse_notification()`),
    );
    const reported = vi.spyOn(log, "error");
    const pauses: number[] = [];
    try {
      expect(await tellIncidents()).toBe(1);
      for (let n = 0; n < 3; n += 1) {
        const [row] = await incidentsOf(broken);
        pauses.push(Math.round(((row?.tellAt.getTime() ?? 0) - Date.now()) / 1000));
        expect(await tellIncidents()).toBe(0);
        await db().update(integrationIncidents).set({ tellAt: sql`now()` }).where(ofProject(broken));
        expect(await tellIncidents()).toBe(0);
      }
      expect(pauses.map((pause) => Math.round(pause / 15))).toEqual([1, 2, 4]);
      expect(reported.mock.calls).toMatchObject([[{ where: "incident" }, "unexpected error"]]);
    } finally {
      reported.mockRestore();
      await db().execute(sql`drop function refuse_notification cascade`);
    }
    await db().update(integrationIncidents).set({ tellAt: sql`now()` }).where(ofProject(broken));
    expect(await tellIncidents()).toBe(1);
    expect(await told(team.people.admin)).toHaveLength(1);
  });

  test("is told by workers of two operating-system processes once", async () => {
    const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), "skytells-worker-")));
    await Promise.all(folders.map((DATA_DIR) => startWorker({ DATA_DIR })));
    const sites = [team.site, (await addTeam()).site, (await addTeam()).site];
    await Promise.all(sites.map((site) => happen({ kind: "lost", reason: "expired" }, site)));
    const count = async () =>
      Promise.all(
        sites.map(async ({ projectId }) => {
          const rows = await db()
            .select({ userId: notifications.userId })
            .from(notifications)
            .where(eq(notifications.projectId, projectId));
          return rows.length;
        }),
      );
    await expect.poll(count, { timeout: 20_000 }).toEqual([3, 3, 3]);
    await startWorker.endAll();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  test("is not told twice while it lasts, and anew when it is lost again", async () => {
    await happen({ kind: "lost", reason: "revoked" });
    await tellIncidents();
    await happen({ kind: "lost", reason: "expired" });
    await tellIncidents();
    expect(await told(team.owner)).toHaveLength(1);
    await happen({ kind: "reauthorized" });
    await happen({ kind: "lost", reason: "revoked" });
    await tellIncidents();
    expect(await told(team.owner)).toMatchObject([{ end: null }, { end: { sentence: "It works again." } }]);
    expect(await unread(team.owner)).toBe(1);
  });

  test("that works again before anybody could be told is not told", async () => {
    await happen({ kind: "lost", reason: "revoked" });
    await happen({ kind: "reauthorized" });
    expect(await tellIncidents()).toBe(0);
    expect(await told(team.owner)).toEqual([]);
  });

  test("and whose access ends soon is told at 30, 7 and 1 days, once each", async () => {
    for (const days of [30, 30, 7, 7, 1, 1]) {
      await db().transaction((tx) => openIncident(tx, team.site, { kind: "expiring", days }));
      await tellIncidents();
    }
    const titles = (await told(team.owner)).map(({ title }) => title);
    expect(titles).toEqual(
      ["in less than a day", "in less than 7 days", "in less than 30 days"].map(
        (when) => `Access of octocat on git.example ends ${when}`,
      ),
    );
    expect(await unread(team.owner)).toBe(1);
    const { ctx } = team.site;
    expect((await getProjectShell(ctx, sessionOf(team.owner))).brokenIntegrations).toBe(1);
    await happen({ kind: "reauthorized" });
    expect((await getProjectShell(ctx, sessionOf(team.owner))).brokenIntegrations).toBe(0);
  });
});

describe("when it works again", () => {
  test("the notification says so, nothing waits any more, and an unsent mail is dropped", async () => {
    await happen({ kind: "lost", reason: "revoked" });
    await tellIncidents();
    await happen({ kind: "reauthorized" });
    expect(await told(team.owner)).toMatchObject([{ end: { sentence: "It works again." }, isRead: false }]);
    expect(await unread(team.owner)).toBe(0);
    expect(await listIncidents(team.site.ctx)).toEqual([]);
    await runDueMails(signal);
    const outcomes = await db()
      .select({ outcome: mails.outcome, body: mails.bodySealed })
      .from(mails)
      .innerJoin(notifications, eq(notifications.id, mails.notificationId))
      .where(eq(notifications.projectId, team.site.projectId));
    expect(outcomes).toEqual(Array.from({ length: 3 }, () => ({ outcome: "dropped", body: null })));
  });

  test("or was removed, it says that", async () => {
    await happen({ kind: "lost", reason: "revoked" });
    await tellIncidents();
    await happen({ kind: "disconnected" });
    expect(await told(team.owner)).toMatchObject([{ end: { sentence: "The integration was removed." } }]);
  });
});

describe("what somebody was told", () => {
  beforeEach(async () => {
    await happen({ kind: "lost", reason: "revoked" });
    await tellIncidents();
  });

  test("goes with the membership and with the role, unsent mail included", async () => {
    const { admin, owner } = team.people;
    await changeRole(team.site.ctx, { userId: admin.id, role: "viewer" });
    await removeMember(team.site.ctx, { userId: owner.id });
    for (const person of [admin, owner]) expect(await told(person)).toEqual([]);
    const left = await db()
      .select({ to: mails.toAddress })
      .from(mails)
      .where(sql`${mails.toAddress} in (${admin.email}, ${owner.email})`);
    expect(left).toEqual([]);
  });

  test("is not shown once the role went past our verbs", async () => {
    const { admin } = team.people;
    await db().execute(sql`update members set role = 'viewer' where user_id = ${admin.id}`);
    expect(await told(admin)).toEqual([]);
    expect(await unread(admin)).toBe(0);
  });

  test("is read by them alone: another's is not found, like one that does not exist", async () => {
    const [mine] = await told(team.owner);
    const other = sessionOf(team.people.admin);
    const ids = [mine?.id ?? "", newId("ntf")];
    const answers = await Promise.allSettled(
      ids.map((notificationId) => markRead(other, { notificationId })),
    );
    expect(answers[0]).toMatchObject({ status: "rejected", reason: { code: "not_found" } });
    expect(answers[0]).toEqual(answers[1]);
    expect(await unread(team.owner)).toBe(1);
    await markRead(sessionOf(team.owner), { notificationId: mine?.id ?? "" });
    expect(await told(team.owner)).toMatchObject([{ isRead: true }]);
    expect(await unread(team.people.admin)).toBe(1);
    await markAllRead(other);
    expect(await unread(team.people.admin)).toBe(0);
  });

  test("is listed in pages, newest first, each once", async () => {
    for (let n = 0; n < 34; n += 1) {
      const integrationId = await addIntegration(team.site.projectId, { accountLogin: `account-${n}` });
      await happen({ kind: "lost", reason: "revoked" }, { ...team.site, integrationId });
    }
    while ((await tellIncidents()) > 0);
    const session = sessionOf(team.owner);
    const first = await listNotifications(session);
    const second = await listNotifications(session, { before: first.nextBefore ?? "" });
    expect([first.items.length, second.items.length, second.nextBefore]).toEqual([30, 5, null]);
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect(new Set(ids).size).toBe(35);
    const foreign = await listNotifications(sessionOf(team.people.admin), { before: ids[0] ?? "" });
    expect(foreign.items).toEqual([]);
  });

  test("stops with leaving", async () => {
    const session = sessionOf(team.people.admin);
    await leaveProject(await loadProjectContext(session, team.site.projectId));
    expect(await told(team.people.admin)).toEqual([]);
  });
});

describe("what could not be taken back within a day", () => {
  const giveUp = async (values: Partial<typeof cleanups.$inferInsert> = {}) => {
    const { projectId, integrationId } = team.site;
    const target = {
      kind: "delete_hook",
      repositoryExternalId: "1",
      repositoryName: "tidepool/blog",
      hookExternalId: "1",
      address: "https://console.example/hook",
    } as const;
    const common = { projectId, integrationId, origin: "https://git.example", position: 1, ...values };
    const isOver = { expiresAt: sql`now() - interval '1 minute'` };
    await db()
      .insert(cleanups)
      .values({ ...common, ...isOver, kind: "delete_hook", target });
    await db()
      .insert(cleanups)
      .values({ ...common, ...isOver, kind: "revoke_token", target: { kind: "revoke_token" } });
    await runDueCleanups(signal);
  };

  test("is told with what is left, until somebody says that it is gone", async () => {
    await giveUp();
    await tellIncidents();
    const [notification] = await told(team.owner);
    expect(notification).toMatchObject({
      title: "Something is left of octocat on git.example",
      sentence: expect.stringContaining("the webhook of tidepool/blog and a token"),
    });
    await happen({ kind: "lost", reason: "revoked" });
    await happen({ kind: "reauthorized" });
    const [incident, ...others] = await listIncidents(team.site.ctx);
    expect(others).toEqual([]);
    await settleLeftover(team.site.ctx, { incidentId: incident?.id ?? "" });
    expect(await listIncidents(team.site.ctx)).toEqual([]);
    expect(await unread(team.owner)).toBe(0);
    expect((await listEvents(team.site.projectId))[0]).toMatchObject({ event: "leftover.settled" });
  });

  test("is told also of a token that never became an integration", async () => {
    await giveUp({ integrationId: null, position: 0 });
    await tellIncidents();
    expect(await told(team.owner)).toMatchObject([
      { title: "Something is left of an account that was not connected on git.example" },
    ]);
  });

  test("is settled by owners and admins of the project only", async () => {
    await giveUp();
    const [incident] = await listIncidents(team.site.ctx);
    const incidentId = incident?.id ?? "";
    const member = await loadProjectContext(sessionOf(team.people.member), team.site.projectId);
    await expect(settleLeftover(member, { incidentId })).rejects.toMatchObject({ code: "forbidden" });
    const elsewhere = (await addSite()).ctx;
    const answers = await Promise.allSettled(
      [incidentId, newId("inc")].map((id) => settleLeftover(elsewhere, { incidentId: id })),
    );
    expect(answers[0]).toMatchObject({ status: "rejected", reason: { code: "not_found" } });
    expect(answers[0]).toEqual(answers[1]);
  });
});
