import { createHash, randomInt } from "node:crypto";
import { eq } from "drizzle-orm";
import { apps, db, deployments, heads, hooks, integrations, newId, repositories, sources } from "@/db";
import { loadProjectContext, type ProjectContext, type Role } from "@/lib/access";
import type { NewDeployment } from "@/lib/deployments";
import { enqueueDeployment, refOfBranch } from "@/lib/deployments";
import { openHookSecrets } from "@/lib/sources";
import { sealNewHookSecret } from "@/lib/sources/hook-secret";
import { addProject } from "@/lib/testing/people";

const ORIGIN = "https://git.example";

/** A commit id that is the same for the same name. */
export const sha = (name: string | number): string =>
  createHash("sha1").update(`commit ${name}`).digest("hex");

export type Site = {
  projectId: string;
  ctx: ProjectContext;
  integrationId: string;
  repositoryId: string;
  repositoryExternalId: string;
  repositoryName: string;
  appId: string;
};

type AppValues = { name?: string; branch?: string; autoDeploy?: boolean };

/** A project with an integration, a repository and an app that follows its `main`, whose known head is `sha("start")`. */
export async function addSite(role: Role = "owner", values: AppValues = {}): Promise<Site> {
  const { projectId, session } = await addProject(role);
  const ctx = await loadProjectContext(session, projectId);
  const integrationId = await addIntegration(projectId);
  const repository = await addRepository(projectId);
  const place = { projectId, integrationId, repositoryId: repository.id };
  const appId = await addApp(place, values);
  const ref = refOfBranch(values.branch ?? "main");
  await db()
    .insert(heads)
    .values({ projectId, repositoryId: repository.id, ref, commit: sha("start") });
  return {
    projectId,
    ctx,
    integrationId,
    repositoryId: repository.id,
    repositoryExternalId: repository.externalId,
    repositoryName: repository.fullName,
    appId,
  };
}

export async function addIntegration(
  projectId: string,
  values: Partial<typeof integrations.$inferInsert> = {},
): Promise<string> {
  const id = newId("int");
  await db()
    .insert(integrations)
    .values({
      id,
      projectId,
      provider: "github",
      origin: ORIGIN,
      accountId: id,
      accountLogin: "octocat",
      ...values,
    });
  return id;
}

export async function addRepository(projectId: string) {
  const id = newId("rep");
  const externalId = String(randomInt(1, 2 ** 40));
  const fullName = `tidepool/${id.slice(4, 10)}`;
  const webUrl = `${ORIGIN}/${fullName}`;
  await db()
    .insert(repositories)
    .values({
      ...{ id, projectId, externalId, fullName, webUrl },
      provider: "github",
      origin: ORIGIN,
      cloneUrl: `${webUrl}.git`,
      defaultBranch: "main",
      isPrivate: true,
    });
  return { id, externalId, fullName };
}

type Place = { projectId: string; integrationId: string | null; repositoryId: string };

/** An app that follows a branch. The head is not recorded: give it one where that matters. */
export async function addApp(place: Place, { name, branch = "main", autoDeploy = true }: AppValues = {}) {
  const { projectId, integrationId, repositoryId } = place;
  const appId = newId("app");
  const host = appId.replace("_", "-");
  await db()
    .insert(apps)
    .values({ id: appId, projectId, name: name ?? appId, host });
  await db().insert(sources).values({ appId, projectId, repositoryId, integrationId, branch, autoDeploy });
  return appId;
}

export type TestHook = { hookId: string; secret: string };

/** An active hook of the site's repository, with its secret in the clear. */
export async function addHook(site: Site): Promise<TestHook> {
  const hookId = newId("hok");
  const { projectId, repositoryId, integrationId } = site;
  const secretSealed = await sealNewHookSecret(db(), { projectId, hookId, origin: ORIGIN, generation: 1 });
  await db()
    .insert(hooks)
    .values({ id: hookId, projectId, repositoryId, integrationId, secretSealed, status: "active" });
  const [secret] = (await openHookSecrets(hookId))?.secrets ?? [];
  if (!secret) throw new Error("The hook has no secret.");
  return { hookId, secret: secret.reveal() };
}

/** Queues a deployment of the site's app. */
export async function queue(site: Site, values: Partial<NewDeployment> = {}) {
  const plan = {
    rootDirectory: "",
    kind: "none",
    installCommand: null,
    buildCommand: null,
    outputDirectory: "",
  } as const;
  return db().transaction((tx) =>
    enqueueDeployment(tx, {
      ...{ projectId: site.projectId, appId: site.appId, repositoryId: site.repositoryId },
      kind: "production",
      trigger: "manual",
      triggeredBy: null,
      pushId: null,
      repositoryName: site.repositoryName,
      integrationId: site.integrationId,
      ref: refOfBranch("main"),
      commit: sha("start"),
      message: "Start",
      author: "Ada",
      plan,
      ...values,
    }),
  );
}

export async function deploymentRow(id: string) {
  const [row] = await db().select().from(deployments).where(eq(deployments.id, id));
  if (!row) throw new Error(`There is no deployment ${id}.`);
  return row;
}

export async function appRow(id: string) {
  const [row] = await db().select().from(apps).where(eq(apps.id, id));
  if (!row) throw new Error(`There is no app ${id}.`);
  return row;
}

/** Every deployment of an app, oldest first. */
export const deploymentsOf = (appId: string) =>
  db().select().from(deployments).where(eq(deployments.appId, appId)).orderBy(deployments.number);
