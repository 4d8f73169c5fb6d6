import { eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { db, hooks, integrations, sources } from "@/db";
import type { ReadyInstance } from "@/lib/instances";
import { confirmAuthorization, listIntegrations } from "@/lib/integrations";
import { addBoundApp } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, arrive, connect, handshake, useForge } from "@/lib/testing/forge";

useTestDatabase();
const one = useForge();
const other = useForge();
let instances: ReadyInstance[] = [];

beforeAll(async () => {
  instances = [await addInstance(one.forge()), await addInstance(other.forge())];
});

test("accounts of one name and number on two instances are two integrations; each app uses the one that it chose", async () => {
  const desk = await addDesk();
  const ids: string[] = [];
  for (const [i, { forge }] of [one, other].entries()) {
    const instance = instances[i];
    if (!instance) throw new Error("There is no such instance.");
    await forge().admin.createUser({ login: "octocat" });
    await forge().admin.createRepository({ owner: "octocat", name: "site", private: true });
    ids.push(await connect(desk, instance, { login: "octocat" }));
  }
  const rows = await db().select().from(integrations).where(eq(integrations.projectId, desk.projectId));
  expect(new Set(rows.map(({ accountId }) => accountId)).size).toBe(1);
  expect(new Set(rows.map(({ origin }) => origin)).size).toBe(2);
  const views = await listIntegrations(desk.ctx);
  expect(new Set(views.map(({ account, host }) => `${account} ${host}`)).size).toBe(2);
  for (const integrationId of ids) {
    const app = await addBoundApp(desk, { integrationId, repository: "octocat/site" });
    const [source] = await db().select().from(sources).where(eq(sources.appId, app.appId));
    const [hook] = await db().select().from(hooks).where(eq(hooks.repositoryId, app.repositoryId));
    expect([source?.integrationId, hook?.integrationId]).toEqual([integrationId, integrationId]);
  }
  for (const { forge } of [one, other]) expect(await forge().admin.hooks("octocat/site")).toHaveLength(1);
});

test("an account that is connected again through Connect is recognised, also when it would lose something", async () => {
  const desk = await addDesk();
  const { admin } = one.forge();
  const [instance] = instances;
  if (!instance) throw new Error("There is no instance.");
  await admin.createUser({ login: "twice" });
  await admin.createOrg({ login: "crew" });
  await admin.addMember("crew", "twice", "admin");
  await admin.createRepository({ owner: "crew", name: "tools", private: true });
  const integrationId = await connect(desk, instance, { login: "twice" });
  await addBoundApp(desk, { integrationId, repository: "crew/tools" });
  await admin.removeMember("crew", "twice");
  const answer = await arrive(desk, await handshake(desk, instance, { login: "twice" }), instance.id);
  expect(answer).toMatchObject({ integrationId, grant: expect.stringMatching(/^pgr_/) });
  await confirmAuthorization(desk.ctx, { grantId: answer.grant ?? "" });
  expect(await listIntegrations(desk.ctx)).toHaveLength(1);
});
