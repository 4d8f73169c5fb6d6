import { db, members, newId, projects, type Role, users } from "@/db";
import type { Session } from "@/lib/access";

export type TestPerson = { id: string; email: string; user: Session["user"] };
type Values = { name?: string; email?: string; passwordHash?: string; isInstanceAdmin?: boolean };

/** A person of a test's own. */
export async function addUser(values: Values = {}): Promise<TestPerson> {
  const id = newId("usr");
  const user = {
    id,
    name: values.name ?? "Ada",
    email: values.email ?? `${id}@example.com`,
    isInstanceAdmin: values.isInstanceAdmin ?? false,
  };
  await db()
    .insert(users)
    .values({ ...user, passwordHash: values.passwordHash ?? null });
  return { id, email: user.email, user };
}

/** What a signed-in person's requests carry, without a row behind it: for verbs, which are given the session. */
export const sessionOf = (person: TestPerson): Session => ({
  sessionId: newId("ses"),
  user: person.user,
  address: "203.0.113.9",
});

/** A project with one person in it. */
export async function addProject(role: Role = "owner", name = "lighthouse") {
  const person = await addUser();
  const projectId = newId("prj");
  await db().insert(projects).values({ id: projectId, name, createdBy: person.id });
  await addMember(projectId, person, role);
  return { projectId, person, session: sessionOf(person) };
}

export async function addMember(projectId: string, person: TestPerson, role: Role): Promise<void> {
  await db().insert(members).values({ projectId, userId: person.id, role });
}
