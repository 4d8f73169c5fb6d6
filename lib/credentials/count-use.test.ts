import { and, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { auditEvents, credentialUses, db } from "@/db";
import { systemActor, workerActor } from "@/lib/access";
import { countUse, forgetOldUses, withCredential } from "@/lib/credentials";
import { listUses } from "@/lib/integrations";
import { listActivity } from "@/lib/projects";
import { readHeadOf } from "@/lib/sources";
import { addBoundApp } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { addSite } from "@/lib/testing/factories";
import { addDesk, addInstance, connect, openDesk, useForge } from "@/lib/testing/forge";
import { addMember, addUser } from "@/lib/testing/people";

useTestDatabase();
const { forge } = useForge();

const usesOf = (integrationId: string) =>
  db().select().from(credentialUses).where(eq(credentialUses.integrationId, integrationId));
const recordedOf = (integrationId: string) =>
  db()
    .select()
    .from(auditEvents)
    .where(and(eq(auditEvents.subjectId, integrationId), eq(auditEvents.event, "credential.used")));

describe("every opening of a credential is recorded", () => {
  test("one by one for people and deployments, summed up by day for what the console does by itself", async () => {
    const login = `user-${Date.now()}`;
    await forge().admin.createUser({ login });
    await forge().admin.createRepository({ owner: login, name: "site" });
    const desk = await addDesk();
    const integrationId = await connect(desk, await addInstance(forge()), { login });
    const { appId, repositoryId } = await addBoundApp(desk, { integrationId, repository: `${login}/site` });
    const before = (await recordedOf(integrationId)).length;
    for (let i = 0; i < 3; i += 1) await readHeadOf(repositoryId, "main");
    expect(await recordedOf(integrationId)).toHaveLength(before);
    const reads = (await usesOf(integrationId)).filter(({ purpose }) => purpose === "read_head");
    expect(reads).toMatchObject([{ count: 3, repositoryId, day: new Date().toISOString().slice(0, 10) }]);

    const use = {
      ...{ projectId: desk.projectId, integrationId, appId, purpose: "checkout", record: true },
      actor: workerActor("worker 1"),
      deployment: { id: "dep_x", number: 7 },
    };
    await withCredential(use, async () => undefined);
    expect((await recordedOf(integrationId)).slice(before)).toMatchObject([
      { actorKind: "worker", facts: { purpose: "checkout", appId, deployment: "dep_x", number: 7 } },
    ]);
    expect((await usesOf(integrationId)).some(({ purpose }) => purpose === "checkout")).toBe(false);

    const { items } = await listActivity(desk.ctx, { integrationId });
    expect(items[0]).toMatchObject({
      actor: "The worker",
      sentence: `fetched code through ${login} for ${appId}, deployment 7`,
    });
    expect(items.every(({ sentence }) => !sentence.includes("project"))).toBe(true);
    expect((await listUses(desk.ctx, integrationId)).map(({ what, apps }) => [what, apps])).toContainEqual([
      "looked for new commits",
      [appId],
    ]);
  });

  test("what is refused before it was opened is not counted", async () => {
    const site = await addSite();
    const use = {
      projectId: site.projectId,
      integrationId: site.integrationId,
      purpose: "health",
      actor: systemActor("console"),
      record: false,
    };
    await expect(withCredential(use, async () => undefined)).rejects.toThrow();
    expect(await usesOf(site.integrationId)).toEqual([]);
  });

  test("forty at once are forty", async () => {
    const { projectId, integrationId } = await addSite();
    const one = { projectId, integrationId, purpose: "read_head", repository: { id: "rep_1" } };
    await Promise.all(Array.from({ length: 40 }, () => countUse(one)));
    await countUse({ ...one, purpose: "health" });
    expect((await usesOf(integrationId)).map(({ purpose, count }) => [purpose, count]).sort()).toEqual([
      ["health", 1],
      ["read_head", 40],
    ]);
  });

  test("sums of more than ninety days ago are forgotten, younger ones stay", async () => {
    const { projectId, integrationId } = await addSite();
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
    await db()
      .insert(credentialUses)
      .values(
        [0, 89, 92].map((days) => ({ projectId, integrationId, day: daysAgo(days), purpose: "read_head" })),
      );
    await forgetOldUses();
    expect((await usesOf(integrationId)).map(({ day }) => day).sort()).toEqual([daysAgo(89), daysAgo(0)]);
  });

  test("owners and admins read the sums, members and viewers and other projects do not", async () => {
    const site = await addSite();
    for (const [role, isAllowed] of [
      ["admin", true],
      ["member", false],
      ["viewer", false],
    ] as const) {
      const person = await addUser();
      await addMember(site.projectId, person, role);
      const { ctx } = await openDesk(site.projectId, person);
      const asked = listUses(ctx, site.integrationId);
      if (isAllowed) expect(await asked).toEqual([]);
      else await expect(asked).rejects.toMatchObject({ code: "forbidden" });
    }
    const foreign = await addDesk();
    await expect(listUses(foreign.ctx, site.integrationId)).rejects.toMatchObject({ code: "not_found" });
  });
});
