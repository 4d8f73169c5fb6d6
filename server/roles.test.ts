import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { auditEvents, db, deployments, integrationIncidents, members as memberTable, newId } from "@/db";
import { loadProjectContext, type ProjectContext, type Role, type Session } from "@/lib/access";
import * as apps from "@/lib/apps";
import * as runs from "@/lib/deployments";
import { isConsoleError } from "@/lib/errors";
import * as integrations from "@/lib/integrations";
import * as members from "@/lib/members";
import * as projects from "@/lib/projects";
import * as pushes from "@/lib/pushes";
import * as sources from "@/lib/sources";
import { useTestDatabase } from "@/lib/testing/database";
import { addHook, addSite, queue } from "@/lib/testing/factories";
import { addMember, addProject, addUser, sessionOf } from "@/lib/testing/people";

useTestDatabase();

/** What a verb may be pointed at. */
type Ids = {
  app: string;
  deployment: string;
  integration: string;
  incident: string;
  hook: string;
  invitation: string;
  user: string;
};
type Call = (ctx: ProjectContext, ids: Ids, session: Session) => Promise<unknown>;

const EVERYBODY: readonly Role[] = ["owner", "admin", "member", "viewer"];
const MEMBERS: readonly Role[] = ["owner", "admin", "member"];
const ADMINS: readonly Role[] = ["owner", "admin"];
const ALL: readonly Role[] = ["owner", "admin", "member", "viewer"];

const build = { buildKind: "none", installCommand: null, buildCommand: null, outputDirectory: "" } as const;
const entered = {
  ...{ provider: "git", url: "", hostKind: "", isAnonymous: false, userName: "me", token: "not a token" },
  ...{ caCertificate: "", expiresOn: "", testWith: "" },
  ...{ saveAnyway: false, acceptBreaks: "" },
  intent: "test",
} as const;
const updatedAt = new Date(0).toISOString();
const repository = { repository: "tidepool/blog", branch: "main", rootDirectory: "", autoDeploy: true };

/** The role table of the product: each verb of a project that a page, an action or a route can call, and who may. */
const VERBS: Record<string, { who: readonly Role[]; call: Call }> = {
  // see apps, deployments, logs, integration names, accounts and status
  getProjectShell: { who: EVERYBODY, call: (ctx, _, session) => projects.getProjectShell(ctx, session) },
  listApps: { who: EVERYBODY, call: (ctx) => apps.listApps(ctx) },
  getApp: { who: EVERYBODY, call: (ctx, { app }) => apps.getApp(ctx, app) },
  listDeployments: { who: EVERYBODY, call: (ctx, { app }) => runs.listDeployments(ctx, app) },
  getDeployment: { who: EVERYBODY, call: (ctx, { deployment }) => runs.getDeployment(ctx, deployment) },
  readLog: { who: EVERYBODY, call: (ctx, { deployment }) => runs.readLog(ctx, deployment, { after: 0 }) },
  downloadLog: { who: EVERYBODY, call: (ctx, { deployment }) => runs.downloadLog(ctx, deployment).next() },
  logFileName: { who: EVERYBODY, call: (ctx, { deployment }) => runs.logFileName(ctx, deployment) },
  listIntegrations: { who: EVERYBODY, call: (ctx) => integrations.listIntegrations(ctx) },
  isRemoved: { who: EVERYBODY, call: (ctx, { integration }) => integrations.isRemoved(ctx, integration) },
  listRemoved: { who: EVERYBODY, call: (ctx) => integrations.listRemoved(ctx) },
  listRestorable: { who: EVERYBODY, call: (ctx) => integrations.listRestorable(ctx) },
  listIncidents: { who: EVERYBODY, call: (ctx) => integrations.listIncidents(ctx) },
  getCatalogue: { who: EVERYBODY, call: (ctx) => integrations.getCatalogue(ctx) },
  listEnteredProviders: { who: EVERYBODY, call: (ctx) => integrations.listEnteredProviders(ctx) },
  getIntegration: {
    who: EVERYBODY,
    call: (ctx, { integration }) => integrations.getIntegration(ctx, integration),
  },
  listMembers: { who: EVERYBODY, call: (ctx) => members.listMembers(ctx) },
  leaveProject: { who: EVERYBODY, call: (ctx) => members.leaveProject(ctx) },

  // see scopes, expiry, hooks, ledger, errors
  listRecentPushes: { who: MEMBERS, call: (ctx, { app }) => pushes.listRecentPushes(ctx, app) },
  listMissed: { who: MEMBERS, call: (ctx, { integration }) => pushes.listMissed(ctx, integration) },
  getAllowList: { who: MEMBERS, call: (ctx, { integration }) => integrations.getAllowList(ctx, integration) },
  listHookPanels: { who: MEMBERS, call: (ctx, { app }) => sources.listHookPanels(ctx, { appId: app }) },
  getReceipt: { who: MEMBERS, call: (ctx, { integration }) => integrations.getReceipt(ctx, integration) },

  // create an app; choose its source; deploy, cancel, roll back; edit rules, build settings
  createApp: {
    who: MEMBERS,
    call: (ctx, { integration }) =>
      apps.createApp(ctx, { ...build, ...repository, name: "shop", integrationId: integration }),
  },
  searchRepositories: {
    who: MEMBERS,
    call: (ctx, { integration }) =>
      sources.searchRepositories(ctx, { integrationId: integration, query: "" }),
  },
  searchBranches: {
    who: MEMBERS,
    call: (ctx, { integration }) =>
      sources.searchBranches(ctx, { integrationId: integration, repositoryExternalId: "1", query: "" }),
  },
  deployLatest: { who: MEMBERS, call: (ctx, { app }) => pushes.deployLatest(ctx, { appId: app }) },
  redeploy: { who: MEMBERS, call: (ctx, { deployment }) => runs.redeploy(ctx, { deploymentId: deployment }) },
  rollBack: { who: MEMBERS, call: (ctx, { deployment }) => runs.rollBack(ctx, { deploymentId: deployment }) },
  cancelDeployment: {
    who: MEMBERS,
    call: (ctx, { deployment }) => runs.cancelDeployment(ctx, { deploymentId: deployment }),
  },
  updateGeneral: {
    who: MEMBERS,
    call: (ctx, { app }) => apps.updateGeneral(ctx, { appId: app, updatedAt, name: "shop" }),
  },
  updateBuild: {
    who: MEMBERS,
    call: (ctx, { app }) => apps.updateBuild(ctx, { appId: app, updatedAt, ...build }),
  },
  updateGit: {
    who: MEMBERS,
    call: (ctx, { app, integration }) =>
      apps.updateGit(ctx, { appId: app, updatedAt, integrationId: integration, ...repository }),
  },

  // restore apps to an integration
  restoreApps: {
    who: ADMINS,
    call: (ctx, { integration, app }) =>
      integrations.restoreApps(ctx, { integrationId: integration, appIds: [app] }),
  },

  // connect, re-authorize, replace, pause, remove an integration
  beginAuthorization: {
    who: ADMINS,
    call: (ctx, { integration }, session) =>
      integrations.beginAuthorization(ctx, session, {
        instanceId: "pin_00000000000000000000",
        integrationId: integration,
      }),
  },
  getPendingGrant: {
    who: ADMINS,
    call: (ctx, { integration }) =>
      integrations.getPendingGrant(ctx, { integrationId: integration, grantId: "x" }),
  },
  confirmAuthorization: {
    who: ADMINS,
    call: (ctx) => integrations.confirmAuthorization(ctx, { grantId: "x" }),
  },
  discardAuthorization: {
    who: ADMINS,
    call: (ctx) => integrations.discardAuthorization(ctx, { grantId: "x" }),
  },
  connectWithCredentials: {
    who: ADMINS,
    call: (ctx, { integration }) =>
      integrations.connectWithCredentials(ctx, { ...entered, integrationId: integration }),
  },
  restrictRepositories: {
    who: ADMINS,
    call: (ctx, { integration }) =>
      integrations.restrictRepositories(ctx, {
        integrationId: integration,
        ...{ isRestricted: false, externalIds: [], version: "" },
      }),
  },
  listUses: { who: ADMINS, call: (ctx, { integration }) => integrations.listUses(ctx, integration) },
  newHookSecret: { who: ADMINS, call: (ctx, { hook }) => sources.newHookSecret(ctx, { hookId: hook }) },
  pauseIntegration: {
    who: ADMINS,
    call: (ctx, { integration }) => integrations.pauseIntegration(ctx, { integrationId: integration }),
  },
  resumeIntegration: {
    who: ADMINS,
    call: (ctx, { integration }) => integrations.resumeIntegration(ctx, { integrationId: integration }),
  },
  removalImpact: {
    who: ADMINS,
    call: (ctx, { integration }) => integrations.removalImpact(ctx, integration),
  },
  removeIntegration: {
    who: ADMINS,
    call: (ctx, { integration }) =>
      integrations.removeIntegration(ctx, { integrationId: integration, confirmName: "nobody" }),
  },
  forgetCleanups: {
    who: ADMINS,
    call: (ctx, { integration }) => integrations.forgetCleanups(ctx, { integrationId: integration }),
  },
  settleLeftover: {
    who: ADMINS,
    call: (ctx, { incident }) => integrations.settleLeftover(ctx, { incidentId: incident }),
  },

  // invite and remove members, set roles below owner
  inviteMember: {
    who: ADMINS,
    call: (ctx) => members.inviteMember(ctx, { email: `${newId("usr")}@example.com`, role: "admin" }),
  },
  listInvitations: { who: ADMINS, call: (ctx) => members.listInvitations(ctx) },
  resendInvitation: {
    who: ADMINS,
    call: (ctx, { invitation }) => members.resendInvitation(ctx, { invitationId: invitation }),
  },
  revokeInvitation: {
    who: ADMINS,
    call: (ctx, { invitation }) => members.revokeInvitation(ctx, { invitationId: invitation }),
  },
  changeRole: {
    who: ADMINS,
    call: (ctx, { user }) => members.changeRole(ctx, { userId: user, role: "viewer" }),
  },
  removeMember: { who: ADMINS, call: (ctx, { user }) => members.removeMember(ctx, { userId: user }) },

  // read the project's activity (members: their own)
  listActivity: { who: MEMBERS, call: (ctx) => projects.listActivity(ctx, {}) },
  renameProject: { who: ADMINS, call: (ctx) => projects.renameProject(ctx, { name: "lighthouse" }) },
};

/** What somebody is answered, so that two answers can be compared. */
async function answerOf(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
    return "done";
  } catch (error) {
    if (isConsoleError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** A person of this role in a project of their own, so that what one verb did is no other's concern. */
async function as(role: Role): Promise<{ ctx: ProjectContext; session: Session }> {
  const { projectId, person } = await addProject("owner");
  if (role === "owner") await addMember(projectId, await addUser(), "owner");
  const somebody = role === "owner" ? person : await addUser();
  if (role !== "owner") await addMember(projectId, somebody, role);
  const session = sessionOf(somebody);
  return { ctx: await loadProjectContext(session, projectId), session };
}

const unknown = (): Ids => ({
  app: newId("app"),
  deployment: newId("dep"),
  integration: newId("int"),
  incident: newId("inc"),
  hook: newId("hok"),
  invitation: newId("inv"),
  user: newId("usr"),
});
let foreign: Ids;
let owner: ProjectContext;
let colleague: string;

beforeAll(async () => {
  const site = await addSite();
  owner = site.ctx;
  const other = await addUser();
  await addMember(site.projectId, other, "member");
  colleague = other.id;
  await queue(site);
  const [deployment] = await db().select({ id: deployments.id }).from(deployments);
  const { invitationId } = await members.inviteMember(site.ctx, { email: "a@example.com", role: "viewer" });
  const incident = newId("inc");
  const { hookId } = await addHook(site);
  await db()
    .insert(integrationIncidents)
    .values({
      ...{ id: incident, projectId: site.projectId, integrationId: site.integrationId },
      ...{ kind: "cleanup_gave_up", origin: "https://git.example" },
    });
  foreign = {
    app: site.appId,
    deployment: deployment?.id ?? "",
    integration: site.integrationId,
    incident,
    hook: hookId,
    invitation: invitationId,
    user: site.ctx.user.id,
  };
});

describe.each(Object.entries(VERBS))("%s", (_, { who, call }) => {
  test.each(ALL)("may or may not be done by the project's %s, as the role table says", async (role) => {
    const { ctx, session } = await as(role);
    const answer = await answerOf(() => call(ctx, unknown(), session));
    if (who.includes(role)) expect(answer).not.toMatch(/^forbidden/);
    else expect(answer).toMatch(/^forbidden: Only an owner.* may do this\.$/);
  });

  test("answers alike for what is another project's and what does not exist", async () => {
    const answers = [];
    for (const ids of [foreign, unknown()]) {
      const { ctx, session } = await as("owner");
      answers.push(await answerOf(() => call(ctx, ids, session)));
    }
    expect(answers[0]).toBe(answers[1]);
  });
});

describe("a role that is lost once a request was let in", () => {
  // What these were let in for is asked for at the provider first, or was used up; they are tried in tests of their own.
  const elsewhere = [
    ...["createApp", "updateGit", "connectWithCredentials", "beginAuthorization", "confirmAuthorization"],
    // Whoever leaves needs no role.
    "leaveProject",
  ];
  const writes = Object.keys(VERBS).filter(
    (name) =>
      !/^(get|is|list|read|download|search|logFile|removalImpact)/.test(name) && !elsewhere.includes(name),
  );

  test.each(writes)("no longer lets anybody %s", async (name) => {
    const mine = eq(memberTable.userId, owner.user.id);
    const audit = () => db().select().from(auditEvents).where(eq(auditEvents.chain, owner.projectId));
    const before = await audit();
    try {
      await db().update(memberTable).set({ role: "viewer" }).where(mine);
      const call = () =>
        VERBS[name]?.call(owner, { ...foreign, user: colleague }, {} as Session) ?? Promise.resolve();
      expect(await answerOf(call)).toMatch(/^forbidden: Only an owner.* may do this\.$/);
      expect(await audit()).toHaveLength(before.length);
    } finally {
      await db().update(memberTable).set({ role: "owner" }).where(mine);
    }
  });

  test("is read again by every verb that opens a transaction", () => {
    const careless = offered()
      .filter(({ file }) => /\bdb\(\)\.transaction\(/.test(file))
      // A search notes that it was made, and changes nothing.
      .filter(
        ({ name, file }) =>
          !name.startsWith("search") && !/\b(lockAs|holdPermission|join|invite)\(tx, /.test(file),
      )
      .map(({ path, name }) => `${path}: ${name}`);
    expect(careless).toEqual([]);
  });
});

test("a stranger gets no context for any of them, as for a project that does not exist", async () => {
  const { ctx } = await as("owner");
  const session = sessionOf(await addUser());
  const ids = [ctx.projectId, newId("prj"), "prj_", ""];
  const answers = await Promise.all(ids.map((id) => answerOf(() => loadProjectContext(session, id))));
  expect(new Set(answers)).toEqual(new Set(["not_found: There is nothing here, or you may not see it."]));
});

/** They work inside of a verb that has asked already, or ask the verb's own helper which does. */
const INNER = ["bindSource", "chooseSource", "reachRepositories", "lastDeployments", "requestDeployment"];
const ASKED_IN_HELPER = ["readLog", "downloadLog", "logFileName"];

test("every other function that modules offer for a project asks for a permission in its first line", () => {
  const all = offered();
  // The table's own verbs are among them: the search finds what it is for.
  const found = new Set(all.map(({ name }) => name));
  expect(Object.keys(VERBS).filter((name) => !found.has(name))).toEqual([]);
  // And the table knows all of them.
  expect([...found].filter((name) => !(name in VERBS) && !INNER.includes(name))).toEqual([]);
  const careless = all
    .filter(({ name }) => ![...INNER, ...ASKED_IN_HELPER].includes(name))
    .filter(({ body }) => !/^\s*requirePermission\(/.test(body))
    .map(({ path, name }) => `${path}: ${name}`);
  expect(careless).toEqual([]);
});

/** The functions that take a project's context first and are exported from their module's index. */
function offered(): { path: string; name: string; body: string; file: string }[] {
  const root = join(import.meta.dirname, "../lib");
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["access", "testing"].includes(entry.name))
    .flatMap(({ name: module }) => {
      const index = readdirSync(join(root, module)).includes("index.ts")
        ? readFileSync(join(root, module, "index.ts"), "utf8")
        : "";
      const files = readdirSync(join(root, module), { recursive: true, encoding: "utf8" });
      return files
        .filter((file) => /(?<!\.test)\.ts$/.test(file))
        .flatMap((file) => functionsOf(join(root, module, file), `lib/${module}/${file}`))
        .filter(({ name }) => new RegExp(`\\b${name}\\b`).test(index));
    });
}

const FUNCTION =
  /export (?:async )?function\*? ?(\w+)\(\s*(?:ctx|context): ProjectContext[\s\S]*?\n?\)(?:: [^\n]+)? \{\n([^\n]*)/g;

function functionsOf(path: string, from: string) {
  const file = readFileSync(path, "utf8");
  return [...file.matchAll(FUNCTION)].map(([, name = "", body = ""]) => ({ path: from, name, body, file }));
}
