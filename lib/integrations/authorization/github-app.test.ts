import { eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { credentials, db, pendingGrants } from "@/db";
import type { ReadyInstance } from "@/lib/instances";
import {
  beginAuthorization,
  confirmAuthorization,
  getIntegration,
  getPendingGrant,
} from "@/lib/integrations";
import { searchRepositories } from "@/lib/sources";
import { addBoundApp } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, arrive, connect, handshake, useForge } from "@/lib/testing/forge";

useTestDatabase();
const { forge } = useForge();

let instance: ReadyInstance;

beforeAll(async () => {
  const { admin } = forge();
  for (const login of ["octocat", "mona"]) await admin.createUser({ login });
  await admin.createOrg({ login: "crew", admins: ["mona"] });
  await admin.createRepository({ owner: "octocat", name: "hello", private: true });
  await admin.createRepository({ owner: "crew", name: "tools", private: true });
  // Installed on the accounts that there are.
  instance = await addInstance(forge(), { type: "github_app" });
});

test("a GitHub App asks for no scope; its expiring token and its refresh token are both sealed", async () => {
  const desk = await addDesk();
  const { url } = await beginAuthorization(desk.ctx, desk.session, { instanceId: instance.id });
  expect(new URL(url).searchParams.get("scope")).toBeNull();
  const integrationId = await connect(desk, instance, { login: "octocat" });
  const [row] = await db().select().from(credentials).where(eq(credentials.integrationId, integrationId));
  const hours = ((row?.accessExpiresAt?.getTime() ?? 0) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(7.9);
  expect(hours).toBeLessThanOrEqual(8);
  expect(row?.refreshTokenSealed).toMatch(/^v1\./);
  expect(row?.refreshTokenSealed).not.toBe(row?.accessTokenSealed);
  const { details } = await getIntegration(desk.ctx, integrationId);
  expect(details).toMatchObject({ clientType: "github_app", scopes: [] });
  const found = await searchRepositories(desk.ctx, { integrationId, query: "hello" });
  expect(found.items.map(({ fullName }) => fullName)).toEqual(["octocat/hello"]);
});

test("re-authorizing a GitHub App lists where it is no longer installed; the refresh token comes along, with its time", async () => {
  const desk = await addDesk();
  const integrationId = await connect(desk, instance, { login: "mona" });
  await addBoundApp(desk, { integrationId, repository: "crew/tools" });
  await forge().admin.uninstallApp(instance.clientId, "crew");
  const again = { login: "mona", integrationId };
  const { grant: grantId = "" } = await arrive(desk, await handshake(desk, instance, again), instance.id);
  const grant = await getPendingGrant(desk.ctx, { integrationId, grantId });
  expect(grant).toMatchObject({ scopes: [], lost: [{ name: "crew/tools" }] });
  const [waiting] = await db().select().from(pendingGrants).where(eq(pendingGrants.id, grantId));
  expect(waiting?.refreshTokenSealed).toMatch(/^v1\./);
  await confirmAuthorization(desk.ctx, { grantId });
  const [after] = await db().select().from(credentials).where(eq(credentials.integrationId, integrationId));
  expect(after?.generation).toBe(2);
  expect(after?.refreshTokenSealed).toMatch(/^v1\./);
  for (const name of ["accessExpiresAt", "refreshExpiresAt"] as const) {
    const drift = (after?.[name]?.getTime() ?? 0) - (waiting?.[name]?.getTime() ?? 0);
    expect(Math.abs(drift), name).toBeLessThan(5000);
  }
});
