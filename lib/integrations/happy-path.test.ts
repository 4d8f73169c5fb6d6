import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { apps, credentials, db, hooks, newId, repositories } from "@/db";
import type { ReadyInstance } from "@/lib/instances";
import { listIntegrations } from "@/lib/integrations";
import { bindSource, chooseSource, ensureHook, searchBranches, searchRepositories } from "@/lib/sources";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, connect, type Desk, useForge } from "@/lib/testing/forge";

useTestDatabase();
const { forge } = useForge();
let instance: ReadyInstance;

beforeAll(async () => {
  instance = await addInstance(forge());
  await forge().admin.createUser({ login: "octocat" });
  await forge().admin.createRepository({ owner: "octocat", name: "hello", private: true });
});

async function addApp(desk: Desk): Promise<string> {
  const id = newId("app");
  await db()
    .insert(apps)
    .values({ id, projectId: desk.projectId, name: id, host: id.replace("_", "-") });
  return id;
}

describe("from Connect to a hook", () => {
  test("an account is connected, a repository found and bound, and its hook registered", async () => {
    const desk = await addDesk();
    const integrationId = await connect(desk, instance, { login: "octocat" });
    const [view] = await listIntegrations(desk.ctx);
    expect(view).toMatchObject({ id: integrationId, account: "octocat", status: "active", usedBy: [] });

    const found = await searchRepositories(desk.ctx, { integrationId, query: "hel" });
    expect(found.items.map((each) => each.fullName)).toEqual(["octocat/hello"]);
    const [repository] = found.items;
    const branches = await searchBranches(desk.ctx, {
      integrationId,
      repositoryExternalId: repository?.externalId ?? "",
      query: "",
    });
    expect(branches.map(({ name }) => name)).toEqual(["main"]);

    const appId = await addApp(desk);
    const chosen = await chooseSource(desk.ctx, {
      integrationId,
      repository: "octocat/hello",
      branch: "main",
    });
    expect(chosen.head.sha).toBe(await forge().admin.headOf("octocat/hello"));
    const { repositoryId } = await db().transaction((tx) =>
      bindSource(tx, desk.ctx, { ...chosen, appId, rootDirectory: "", autoDeploy: true }),
    );
    await ensureHook(desk.projectId, repositoryId);
    const [hook] = await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId));
    expect(hook).toMatchObject({ status: "active", statusReason: null, integrationId });
    const registered = await forge().admin.hooks("octocat/hello");
    expect(registered.map(({ url }) => url)).toEqual([hook?.address]);
    const [row] = await db().select().from(repositories).where(eq(repositories.id, repositoryId));
    expect(row?.pollAt?.getTime()).toBeGreaterThan(Date.now() + 600_000);
    const [credential] = await db().select().from(credentials);
    expect(credential?.accessTokenSealed).toMatch(/^v1\.dek_/);
  });
});
