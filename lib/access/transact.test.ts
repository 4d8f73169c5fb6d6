import { and, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { db, members, projects } from "@/db";
import { loadProjectContext, transactAs } from "@/lib/access";
import { useTestDatabase } from "@/lib/testing/database";
import { losingRole, somebodyWaits } from "@/lib/testing/locks";
import { addProject } from "@/lib/testing/people";

useTestDatabase();

async function desk() {
  const { session, projectId, person } = await addProject("owner");
  const mine = and(eq(members.projectId, projectId), eq(members.userId, session.user.id));
  const rename = (name: string) => db().update(projects).set({ name }).where(eq(projects.id, projectId));
  const nameNow = async () =>
    (await db().select({ name: projects.name }).from(projects).where(eq(projects.id, projectId)))[0]?.name;
  return { ctx: await loadProjectContext(session, projectId), projectId, person, mine, rename, nameNow };
}

/** A promise, and what settles it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe("a transaction of somebody", () => {
  test.each([
    ["loses the role", "forbidden"],
    ["is taken out of the project", "not_found"],
  ])("who %s after the request began writes nothing", async (how, code) => {
    const { ctx, mine, nameNow, rename } = await desk();
    if (how === "loses the role") await db().update(members).set({ role: "viewer" }).where(mine);
    else await db().delete(members).where(mine);
    const write = transactAs(ctx, "project.rename", () => rename("taken"));
    await expect(write).rejects.toMatchObject({ code });
    expect(await nameNow()).toBe("lighthouse");
  });

  test("is over before the role is taken away, which waits", async () => {
    const { ctx, projectId, mine, nameNow } = await desk();
    const [held, released] = [gate(), gate()];
    const order: string[] = [];
    const write = transactAs(ctx, "project.rename", async (tx) => {
      held.open();
      await released.opened;
      await tx.update(projects).set({ name: "renamed" }).where(eq(projects.id, projectId));
    }).then(() => order.push("written"));
    await held.opened;
    const demotion = db()
      .update(members)
      .set({ role: "viewer" })
      .where(mine)
      .then(() => order.push("demoted"));
    await somebodyWaits();
    released.open();
    await Promise.all([write, demotion]);
    expect(order).toEqual(["written", "demoted"]);
    expect(await nameNow()).toBe("renamed");
  });

  test("waits for a change of role under way, and goes by what that leaves", async () => {
    const { ctx, projectId, person, nameNow, rename } = await desk();
    const write = losingRole({ projectId, person }, () =>
      transactAs(ctx, "project.rename", () => rename("taken")),
    );
    await expect(write).rejects.toMatchObject({ code: "forbidden" });
    expect(await nameNow()).toBe("lighthouse");
  });
});
