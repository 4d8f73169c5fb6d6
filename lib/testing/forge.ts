import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { db, newId, type providerInstances, sessions, providerInstances as table } from "@/db";
import { type Forge, type ForgeOptions, startForge } from "@/e2e/forge";
import { loadProjectContext, type ProjectContext, type Session } from "@/lib/access";
import { callbackUrl, getInstance, type ReadyInstance } from "@/lib/instances";
import { sealClientSecret } from "@/lib/instances/client-secret";
import { type Beginning, beginAuthorization, completeAuthorization } from "@/lib/integrations";
import { Secret } from "@/lib/secret";
import { addProject, sessionOf, type TestPerson } from "@/lib/testing/people";

/** A sandbox Git host for the tests of this file. Call after `useTestDatabase`. */
export function useForge(options: Pick<ForgeOptions, "plain" | "plainPath"> = {}): { forge: () => Forge } {
  let forge: Forge | undefined;
  let folder = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "skytells-forge-"));
    forge = await startForge({ dataDir: folder, ...options });
  });
  afterAll(async () => {
    await forge?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    forge: () => {
      if (!forge) throw new Error("The forge has not been started yet.");
      return forge;
    },
  };
}

type InstanceOptions = { type?: "oauth_app" | "github_app" };

/** A provider instance of a test's own on the forge, with a client registered there. The origin is unique, so: one for each file. */
export async function addInstance(
  forge: Forge,
  { type = "oauth_app" }: InstanceOptions = {},
): Promise<ReadyInstance> {
  const id = newId("pin");
  const client = await forge.admin.registerClient({ type, callback: callbackUrl(id) });
  const owner = { id, origin: forge.url, clientSecretGeneration: 1 };
  const values: typeof providerInstances.$inferInsert = {
    ...owner,
    provider: "github",
    name: "Forge",
    apiUrl: forge.apiUrl,
    clientType: type,
    clientId: client.clientId,
    clientSecretSealed: await sealClientSecret(db(), owner, new Secret(client.clientSecret)),
  };
  await db().insert(table).values(values);
  const instance = await getInstance(id);
  if (!instance) throw new Error("The instance was not stored.");
  return instance;
}

export type Desk = { projectId: string; person: TestPerson; session: Session; ctx: ProjectContext };

/** A project with a signed-in owner, whose session is a row. */
export async function addDesk(role: Parameters<typeof addProject>[0] = "owner"): Promise<Desk> {
  const { projectId, person } = await addProject(role);
  return openDesk(projectId, person);
}

export async function openDesk(projectId: string, person: TestPerson): Promise<Desk> {
  const session = sessionOf(person);
  await db()
    .insert(sessions)
    .values({ id: session.sessionId, userId: person.id, expiresAt: new Date(Date.now() + 3_600_000) });
  return { projectId, person, session, ctx: await loadProjectContext(session, projectId) };
}

export type Consent = { login: string; scopes?: string[]; decision?: "authorize" | "cancel" };

/** What the person does at the provider. Answers with the parameters that come back. */
export async function consent(url: string, { login, scopes, decision = "authorize" }: Consent) {
  const asked = new URL(url);
  const form = new URLSearchParams({ request: asked.searchParams.toString(), account: login, decision });
  for (const scope of scopes ?? (asked.searchParams.get("scope") ?? "").split(" "))
    form.append("scope", scope);
  const answer = await fetch(`${asked.origin}/login/oauth/authorize`, {
    method: "POST",
    body: form,
    redirect: "manual",
  });
  const location = answer.headers.get("location");
  if (!location) throw new Error(`The forge answered ${answer.status}.`);
  return new URL(location).searchParams;
}

export type Handshake = { params: URLSearchParams; cookies: Map<string, string> };

/** Everything up to the moment when the browser comes back. */
export async function handshake(
  desk: Desk,
  instance: ReadyInstance,
  by: Consent & Omit<Beginning, "instanceId">,
): Promise<Handshake> {
  const { integrationId, isReplacement, access } = by;
  const how = { instanceId: instance.id, integrationId, isReplacement, access };
  const begun = await beginAuthorization(desk.ctx, desk.session, how);
  return {
    params: await consent(begun.url, by),
    cookies: new Map([[begun.cookie.name, begun.cookie.value]]),
  };
}

/** What a completed handshake answered: the parameters of the page it leads to, and the integration that page is about. */
export type Arrived = Record<string, string> & { integrationId?: string };

export async function arrive(
  desk: Pick<Desk, "session">,
  { params, cookies }: Handshake,
  instanceId: string,
): Promise<Arrived> {
  const done = await completeAuthorization(desk.session, { instanceId, params, cookies });
  const page = new URL(done.redirectTo, "http://console.invalid");
  const integrationId = /\/integrations\/(int_[0-9a-z]{20})/.exec(page.pathname)?.[1];
  const query = Object.fromEntries(page.searchParams);
  return { ...query, ...(integrationId ? { integrationId } : {}) };
}

/** Connects an account the way a person does; answers with the integration's id. Throws with the failure's code. */
export async function connect(
  desk: Desk,
  instance: ReadyInstance,
  by: Consent & Omit<Beginning, "instanceId">,
): Promise<string> {
  const answer = await arrive(desk, await handshake(desk, instance, by), instance.id);
  const id = answer.connected ?? (answer.again ? answer.integrationId : undefined);
  if (!id) throw new Error(`not connected: ${answer.failed ?? "it waits for a confirmation"}`);
  return id;
}
