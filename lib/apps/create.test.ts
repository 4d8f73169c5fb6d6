import { eq, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { apps, auditEvents, db, hooks, sources } from "@/db";
import { type CreateAppInput, createApp, getApp, listApps } from "@/lib/apps";
import { listRecentPushes } from "@/lib/pushes";
import { appInput, useBenches } from "@/lib/testing/bench";
import { useTestDatabase } from "@/lib/testing/database";
import { deploymentRow, deploymentsOf } from "@/lib/testing/factories";
import { openDesk } from "@/lib/testing/forge";
import { addMember, addUser } from "@/lib/testing/people";

useTestDatabase();
const { forge, bench, addRepository } = useBenches();

const statusesOf = async (appId: string) =>
  (await deploymentsOf(appId)).map(({ trigger, status, commit }) => ({ trigger, status, commit }));

/** Lets the next apps be inserted with this host, as if chance had chosen it for them. */
async function collideWith(host: string) {
  await db().execute(sql`create sequence collisions`);
  await db().execute(
    sql.raw(`create function collide() returns trigger language plpgsql as $$
      begin
        if nextval('collisions') <= tg_argv[0]::int then new.host := '${host}'; end if;
        return new;
      end $$`),
  );
  return {
    times: async (count: number) => {
      await db().execute(sql`select setval('collisions', 1, false)`);
      await db().execute(sql`drop trigger if exists collide on apps`);
      await db().execute(
        sql.raw(
          `create trigger collide before insert on apps for each row execute function collide(${count})`,
        ),
      );
    },
    end: () => db().execute(sql`drop function collide cascade`),
  };
}

describe("creating an app", () => {
  test("binds it, registers the hook and queues its first deployment; a push then deploys by itself", async () => {
    const at = await bench();
    const { id, deploymentId } = await createApp(at.ctx, appInput(at));
    const start = await forge().admin.headOf(at.repository);
    expect(await deploymentRow(deploymentId)).toMatchObject({
      trigger: "initial",
      status: "queued",
      commit: start,
    });
    const view = await getApp(at.ctx, id);
    expect(view).toMatchObject({
      name: "storefront",
      autoDeploySentence: "Auto-deploys from main.",
      attention: null,
      live: null,
      source: {
        repositoryName: at.repository,
        branch: "main",
        integration: { account: at.login, status: "active" },
        listening: { mode: "hook" },
      },
      lastDeployment: { number: 1, trigger: "initial" },
    });
    expect(view.host).toMatch(/^storefront-[0-9a-z]{6}$/);
    const pushed = await forge().admin.commitFiles(
      at.repository,
      "main",
      { "index.html": "two" },
      { message: "Two" },
    );
    await forge().admin.deliveriesIdle();
    expect(await statusesOf(id)).toEqual([
      { trigger: "initial", status: "cancelled", commit: start },
      { trigger: "push", status: "queued", commit: pushed },
    ]);
    expect(await listRecentPushes(at.ctx, id)).toMatchObject([
      {
        verdict: "deploy",
        commit: { sha: pushed, title: "Two" },
        learnedFrom: "delivery",
        deployment: { number: 2 },
      },
    ]);
    const events = await db().select().from(auditEvents).where(eq(auditEvents.subjectId, id));
    expect(events.map(({ event }) => event)).toEqual(["app.created"]);
  });

  test("by a form that was sent twice makes one app", async () => {
    const at = await bench();
    const both = await Promise.all([createApp(at.ctx, appInput(at)), createApp(at.ctx, appInput(at))]);
    expect(both[0].id).toBe(both[1].id);
    expect(both[0].deploymentId).toBe(both[1].deploymentId);
    expect(await listApps(at.ctx)).toHaveLength(1);
    expect(await forge().admin.hooks(at.repository)).toHaveLength(1);
  });

  test("under a name that is taken says so beside the name", async () => {
    const at = await bench();
    await createApp(at.ctx, appInput(at));
    const other = { ...appInput(at), name: "Storefront", repository: await addRepository(at.login) };
    await expect(createApp(at.ctx, other)).rejects.toMatchObject({
      code: "conflict",
      fields: { name: "This project already has an app called Storefront. Choose another name." },
    });
    const elsewhere = await bench();
    await expect(createApp(elsewhere.ctx, appInput(elsewhere))).resolves.toBeTruthy();
  });

  test("with an address that another app has takes another one, and says so in words when there is none", async () => {
    const at = await bench();
    const first = await createApp(at.ctx, appInput(at));
    const [taken] = await db().select({ host: apps.host }).from(apps).where(eq(apps.id, first.id));
    const collide = await collideWith(taken?.host ?? "");
    await collide.times(1);
    const { id } = await createApp(at.ctx, appInput(at, { name: "docs" }));
    expect((await getApp(at.ctx, id)).host).toMatch(/^docs-/);
    await collide.times(1000);
    await expect(createApp(at.ctx, appInput(at, { name: "shop" }))).rejects.toMatchObject({
      code: "conflict",
      fields: { name: "No free address was found for shop. Try again, or choose another name." },
    });
    await collide.end();
    expect(await listApps(at.ctx)).toHaveLength(2);
  });

  test("from what is not there says which field to change", async () => {
    const at = await bench();
    const empty = await addRepository(at.login, { empty: true });
    const problems: [Partial<CreateAppInput>, string, RegExp][] = [
      [{ branch: "gone" }, "branch", /has no branch gone/],
      [{ repository: empty }, "repository", /has no commits yet/],
      [{ repository: "octocat/nothing" }, "repository", /no such repository/],
    ];
    for (const [values, field, words] of problems) {
      await expect(createApp(at.ctx, appInput(at, values))).rejects.toMatchObject({
        fields: { [field]: expect.stringMatching(words) },
      });
    }
    expect(await listApps(at.ctx)).toEqual([]);
  });

  test("finds what was pushed between reading the head and having the hook", async () => {
    const at = await bench();
    await forge().admin.fault({
      match: { method: "POST", path: "/api/v3/**/hooks" },
      action: { kind: "delay", ms: 3000 },
    });
    await forge().admin.fault({ match: { path: "delivery" }, action: { kind: "lose" }, count: "always" });
    const creating = createApp(at.ctx, appInput(at));
    await expect.poll(() => listApps(at.ctx), { timeout: 20_000 }).toHaveLength(1);
    const pushed = await forge().admin.commitFiles(at.repository, "main", { "a.html": "a" });
    const { id } = await creating;
    expect((await deploymentsOf(id)).at(-1)).toMatchObject({
      trigger: "push",
      commit: pushed,
      status: "queued",
    });
    expect((await listRecentPushes(at.ctx, id))[0]).toMatchObject({ learnedFrom: "reconcile" });
    await forge().admin.clearFaults();
  });

  test("beside another app of the same branch loses no push of that one", async () => {
    const at = await bench();
    const first = await createApp(at.ctx, appInput(at));
    await db().delete(hooks).where(eq(hooks.repositoryId, first.repositoryId));
    const pushed = await forge().admin.commitFiles(at.repository, "main", { "b.html": "b" });
    const second = await createApp(at.ctx, appInput(at, { name: "docs" }));
    for (const { id } of [first, second]) {
      expect((await deploymentsOf(id)).at(-1)).toMatchObject({ commit: pushed, status: "queued" });
    }
  });

  test("is not for viewers", async () => {
    const at = await bench();
    const viewer = await addUser();
    await addMember(at.projectId, viewer, "viewer");
    const { ctx } = await openDesk(at.projectId, viewer);
    await expect(createApp(ctx, appInput(at))).rejects.toMatchObject({ code: "forbidden" });
  });

  test("with another project's integration is refused", async () => {
    const at = await bench();
    const stranger = await bench();
    await expect(
      createApp(stranger.ctx, { ...appInput(stranger), integrationId: at.integrationId }),
    ).rejects.toThrow();
    expect(await listApps(stranger.ctx)).toEqual([]);
  });
});

describe("the database itself", () => {
  test("refuses a source that joins an app with another project's repository or integration", async () => {
    const at = await bench();
    const stranger = await bench();
    const mine = await createApp(at.ctx, appInput(at));
    const theirs = await createApp(stranger.ctx, appInput(stranger));
    const change = (values: Partial<typeof sources.$inferInsert>) =>
      db()
        .update(sources)
        .set(values)
        .where(eq(sources.appId, mine.id))
        .catch((error: { cause?: { code?: string } }) => error.cause?.code);
    expect(await change({ repositoryId: theirs.repositoryId })).toBe("23503");
    expect(await change({ integrationId: stranger.integrationId })).toBe("23503");
    expect(await change({ projectId: stranger.projectId })).toBe("23503");
  });
});
