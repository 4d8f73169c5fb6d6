import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { auditEvents, db, instanceSettings, members, newId } from "@/db";
import { loadProjectContext } from "@/lib/access";
import { verifyChain } from "@/lib/audit";
import { listMembers } from "@/lib/members";
import {
  createProject,
  getProjectShell,
  listActivity,
  listProjectNames,
  listProjects,
  renameProject,
} from "@/lib/projects";
import { useTestDatabase } from "@/lib/testing/database";
import { addMember, addProject, addUser, sessionOf } from "@/lib/testing/people";

useTestDatabase();

async function newProject(name = "lighthouse") {
  const person = await addUser();
  const session = sessionOf(person);
  const { projectId } = await createProject(session, { name });
  return { person, session, projectId, context: await loadProjectContext(session, projectId) };
}

const eventsOf = (chain: string) =>
  db().select().from(auditEvents).where(eq(auditEvents.chain, chain)).orderBy(auditEvents.seq);

describe("creating a project", () => {
  test("makes its creator the owner and begins its chain", async () => {
    const { projectId, person, context } = await newProject();
    expect(context.role).toBe("owner");
    expect(await eventsOf(projectId)).toMatchObject([
      { event: "project.created", actorId: person.id, subjectName: "lighthouse", address: "203.0.113.9" },
    ]);
    expect(await verifyChain(projectId)).toMatchObject({ problems: [] });
  });

  test("allows two of one name, and refuses a name that is none", async () => {
    const { session } = await newProject("twin");
    await createProject(session, { name: " twin " });
    expect((await listProjectNames(session)).map(({ name }) => name)).toEqual(["twin", "twin"]);
    await expect(createProject(session, { name: "  " })).rejects.toThrow();
    await expect(createProject(session, { name: "x".repeat(61) })).rejects.toThrow();
  });

  test("can be kept to instance admins", async () => {
    await db().insert(instanceSettings).values({ onlyAdminsCreateProjects: true });
    const person = await addUser();
    const admin = await addUser({ isInstanceAdmin: true });
    await expect(createProject(sessionOf(person), { name: "no" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await createProject(sessionOf(admin), { name: "yes" });
    await db().delete(instanceSettings);
  });
});

describe("renaming a project", () => {
  test("is recorded with the name before, once", async () => {
    const { context, projectId } = await newProject("old");
    await renameProject(context, { name: "new" });
    await renameProject(context, { name: "new" });
    expect((await eventsOf(projectId)).map(({ event, facts }) => [event, facts])).toEqual([
      ["project.created", {}],
      ["project.renamed", { from: "old" }],
    ]);
    expect((await loadProjectContext(sessionOf(await ownerOf(projectId)), projectId)).projectName).toBe(
      "new",
    );
  });

  test.each(["member", "viewer"] as const)("is not for a %s", async (role) => {
    const { projectId, session } = await addProject(role);
    const context = await loadProjectContext(session, projectId);
    await expect(renameProject(context, { name: "mine" })).rejects.toMatchObject({ code: "forbidden" });
  });
});

async function ownerOf(projectId: string) {
  const [row] = await db().select().from(members).where(eq(members.projectId, projectId));
  const id = row?.userId ?? "";
  return { id, email: "", user: { id, email: "", name: "", isInstanceAdmin: false } };
}

describe("a person's projects", () => {
  test("are those that they are a member of, by name, and no others", async () => {
    const { session, person } = await newProject("beta");
    const other = await newProject("alpha");
    await newProject("foreign");
    await addMember(other.projectId, person, "viewer");
    expect((await listProjects(session)).map(({ name, role }) => [name, role])).toEqual([
      ["alpha", "viewer"],
      ["beta", "owner"],
    ]);
    expect(await listProjects(sessionOf(await addUser()))).toEqual([]);
  });

  test("begin empty", async () => {
    const { session, context } = await newProject();
    expect(await listProjects(session)).toMatchObject([
      { apps: [], brokenIntegrations: 0, lastDeploymentAt: null },
    ]);
    expect(await getProjectShell(context, session)).toMatchObject({ apps: [], brokenIntegrations: 0 });
  });
});

describe("the activity of a project", () => {
  test("is told in words, newest first", async () => {
    const { context } = await newProject("old");
    await renameProject(context, { name: "new" });
    const { items, isOwnOnly } = await listActivity(context, {});
    expect(isOwnOnly).toBe(false);
    expect(items.map(({ actor, sentence }) => `${actor} ${sentence}.`)).toEqual([
      "Ada renamed the project to new, before that old.",
      "Ada created the project as old.",
    ]);
  });

  test("comes in pages", async () => {
    const { context } = await newProject("0");
    for (let count = 1; count <= 60; count++) await renameProject(context, { name: String(count) });
    const first = await listActivity(context, {});
    expect(first.items).toHaveLength(50);
    const second = await listActivity(context, { before: first.nextBefore ?? 0 });
    expect(second.items).toHaveLength(11);
    expect(second.nextBefore).toBeNull();
  });

  test("shows members what they did themselves, and viewers nothing", async () => {
    const { projectId } = await newProject();
    const member = await addUser();
    const viewer = await addUser();
    await addMember(projectId, member, "member");
    await addMember(projectId, viewer, "viewer");
    const asMember = await listActivity(await loadProjectContext(sessionOf(member), projectId), {});
    expect(asMember).toMatchObject({ items: [], isOwnOnly: true });
    const viewing = await loadProjectContext(sessionOf(viewer), projectId);
    await expect(listActivity(viewing, {})).rejects.toMatchObject({ code: "forbidden" });
  });
});

test("the people of a project are its members, with their roles", async () => {
  const { projectId, person, context } = await newProject();
  const guest = await addUser({ name: "Bea" });
  await addMember(projectId, guest, "viewer");
  await addUser({ name: newId("usr") });
  expect((await listMembers(context)).map(({ id, role }) => [id, role])).toEqual([
    [person.id, "owner"],
    [guest.id, "viewer"],
  ]);
});
