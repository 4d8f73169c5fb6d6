import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { db, hooks, integrations } from "@/db";
import type { ReadyInstance } from "@/lib/instances";
import {
  beginAuthorization,
  confirmAuthorization,
  getCatalogue,
  getIntegration,
  getPendingGrant,
} from "@/lib/integrations";
import { addBoundApp } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, arrive, connect, type Desk, handshake, useForge } from "@/lib/testing/forge";

useTestDatabase();
const { forge } = useForge();
let instance: ReadyInstance;
let made = 0;

const PUBLIC = ["public_repo", "admin:repo_hook", "read:org"];

beforeAll(async () => {
  instance = await addInstance(forge());
});

async function addAccount(): Promise<string> {
  made += 1;
  const login = `scoped-${made}`;
  await forge().admin.createUser({ login });
  return login;
}

const scopesOf = async (desk: Desk, how: { integrationId?: string; access?: string }) => {
  const { url } = await beginAuthorization(desk.ctx, desk.session, { instanceId: instance.id, ...how });
  return new URL(url).searchParams.get("scope")?.split(" ");
};
const requestedOf = async (id: string) =>
  (await db().select().from(integrations).where(eq(integrations.id, id)))[0]?.requestedScopes;

describe("asking for public repositories only", () => {
  test("is a choice that says what it permits, is kept when it is re-authorized, and can be widened", async () => {
    const desk = await addDesk();
    const login = await addAccount();
    const [entry] = await getCatalogue(desk.ctx);
    expect(entry?.choices.map(({ id, scopes }) => [id, scopes.map(({ scope }) => scope)])).toEqual([
      ["all", ["repo", "read:org"]],
      ["public", PUBLIC],
    ]);
    for (const { permits } of entry?.choices.flatMap(({ scopes }) => scopes) ?? [])
      expect(permits).toMatch(/\.$/);
    const integrationId = await connect(desk, instance, { login, access: "public" });
    expect(await requestedOf(integrationId)).toEqual(PUBLIC);
    expect(await scopesOf(desk, { integrationId })).toEqual(PUBLIC);
    await connect(desk, instance, { login, integrationId });
    expect(await requestedOf(integrationId)).toEqual(PUBLIC);
    await connect(desk, instance, { login, integrationId, access: "all" });
    expect(await requestedOf(integrationId)).toEqual(["repo", "read:org"]);
    expect((await getIntegration(desk.ctx, integrationId)).details?.choice).toBe("all");
  });

  test("of an integration that had more lists what would no longer work, before anything changes", async () => {
    const desk = await addDesk();
    const login = await addAccount();
    const integrationId = await connect(desk, instance, { login });
    const { fullName } = await forge().admin.createRepository({
      owner: login,
      name: "secret",
      private: true,
    });
    await addBoundApp(desk, { integrationId, repository: fullName });
    const back = await handshake(desk, instance, { login, integrationId, access: "public" });
    const { grant: grantId = "" } = await arrive(desk, back, instance.id);
    const grant = await getPendingGrant(desk.ctx, { integrationId, grantId });
    expect(grant).toMatchObject({ lost: [{ name: fullName }] });
    expect(grant?.scopes).toContainEqual(
      expect.objectContaining({
        scope: "repo",
        isAsked: false,
        isGranted: false,
        wasGranted: true,
        without: "Private repositories cannot be fetched.",
      }),
    );
    expect(await requestedOf(integrationId)).toEqual(["repo", "read:org"]);
    await confirmAuthorization(desk.ctx, { grantId });
    expect(await requestedOf(integrationId)).toEqual(PUBLIC);
  });

  test("knows no other choices", async () => {
    const desk = await addDesk();
    await expect(scopesOf(desk, { access: "everything" })).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("granting less than was asked", () => {
  test("without webhooks the repository is polled, and the integration says so", async () => {
    const desk = await addDesk();
    const login = await addAccount();
    const granted = ["public_repo", "read:org"];
    const integrationId = await connect(desk, instance, { login, access: "public", scopes: granted });
    const { fullName } = await forge().admin.createRepository({ owner: login, name: "open", private: false });
    const { repositoryId } = await addBoundApp(desk, { integrationId, repository: fullName });
    const [hook] = await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId));
    expect(hook).toMatchObject({
      status: "refused",
      statusReason: expect.stringContaining("may not manage"),
    });
    const { details } = await getIntegration(desk.ctx, integrationId);
    expect(details?.scopes.filter(({ without }) => without)).toMatchObject([
      {
        scope: "admin:repo_hook",
        isAsked: true,
        isGranted: false,
        without: expect.stringContaining("webhook"),
      },
    ]);
  });

  test("so little that no code can be fetched is refused, and the token does not stay alive", async () => {
    const desk = await addDesk();
    const login = await addAccount();
    for (const access of ["all", "public"]) {
      const back = await handshake(desk, instance, { login, access, scopes: ["read:org"] });
      expect(await arrive(desk, back, instance.id)).toMatchObject({ failed: "scopes" });
    }
    expect(await forge().admin.tokens({ login, active: true })).toEqual([]);
  });

  test("a scope that is lost asks the person; one that was never granted before does not", async () => {
    const desk = await addDesk();
    const login = await addAccount();
    const integrationId = await connect(desk, instance, { login });
    const less = { login, integrationId, scopes: ["repo"] };
    const { grant: grantId = "" } = await arrive(desk, await handshake(desk, instance, less), instance.id);
    await confirmAuthorization(desk.ctx, { grantId });
    expect(await arrive(desk, await handshake(desk, instance, less), instance.id)).toMatchObject({
      again: "1",
    });
  });
});
