import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { credentials, db } from "@/db";
import { beginAuthorization, getIntegration } from "@/lib/integrations";
import { searchRepositories } from "@/lib/sources";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, connect, useForge } from "@/lib/testing/forge";

useTestDatabase();
const { forge } = useForge();

test("a GitHub App asks for no scope; its expiring token and its refresh token are both sealed", async () => {
  await forge().admin.createUser({ login: "octocat" });
  await forge().admin.createRepository({ owner: "octocat", name: "hello", private: true });
  // Installed on the accounts that there are.
  const instance = await addInstance(forge(), { type: "github_app" });
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
