import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { db, members, newId, ROLES } from "@/db";
import { loadInstanceContext, loadProjectContext } from "@/lib/access";
import { useTestDatabase } from "@/lib/testing/database";
import { addProject } from "@/lib/testing/people";

useTestDatabase();

describe("the context of a project", () => {
  test.each(ROLES)("carries the role that the database says now: %s", async (role) => {
    const { session, projectId } = await addProject(role);
    expect(await loadProjectContext(session, projectId)).toMatchObject({
      projectId,
      projectName: "lighthouse",
      role,
      actor: { kind: "user", id: session.user.id, name: "Ada", address: "203.0.113.9" },
    });
  });

  test("is refused alike for a foreign project, an unknown one and what is no id at all", async () => {
    const { session } = await addProject("owner");
    const foreign = await addProject("owner");
    const ids = [foreign.projectId, newId("prj"), "", "prj_", "x' or '1'='1", session.user.id];
    const refusals = await Promise.all(
      ids.map((id) => loadProjectContext(session, id).catch((error) => error)),
    );
    for (const refusal of refusals)
      expect({ ...refusal, message: refusal.message }).toEqual({
        ...refusals[0],
        message: refusals[0].message,
      });
    expect(refusals[0]).toMatchObject({ code: "not_found", status: 404 });
  });

  test("is gone with the membership", async () => {
    const { session, projectId } = await addProject("owner");
    await db().delete(members).where(eq(members.projectId, projectId));
    await expect(loadProjectContext(session, projectId)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("the context of the instance", () => {
  test("is an instance admin's alone; owning a project gives none", async () => {
    const { session } = await addProject("owner");
    expect(() => loadInstanceContext(session)).toThrow("Only an instance admin may do this.");
    const admin = { ...session, user: { ...session.user, isInstanceAdmin: true } };
    expect(loadInstanceContext(admin).user.id).toBe(session.user.id);
  });
});
