import { createHash, randomBytes } from "node:crypto";
import pg from "pg";
import { signInLink } from "../demo/owner.mjs";
import { freePort } from "../ports.mjs";
import { openBrowser, signInWithProject } from "./browser.mjs";
import { startConsole } from "./console.mjs";
import { startForge } from "./forge.mjs";

const ACCOUNT = "octocat";
const FILES = 100;

/**
 * A console that follows repositories of a sandbox Git host, made through its pages as a person makes it. The host delivers no
 * push by itself: whoever measures does, so that the moment is known.
 */
export async function openWorkbench(folder, builds) {
  const port = await freePort();
  const client = { clientId: "bench", clientSecret: randomBytes(20).toString("hex") };
  const callbackOf = (origin) => `http://localhost:${port}/api/integrations/${instanceId(origin)}/callback`;
  const forge = await startForge(folder, { ...client, callbackOf });
  const settings = {
    PORT: String(port),
    CONSOLE_URL: `http://localhost:${port}`,
    GITHUB_URL: forge.url,
    GITHUB_API_URL: `${forge.url}/api/v3`,
    GITHUB_CLIENT_ID: client.clientId,
    GITHUB_CLIENT_SECRET: client.clientSecret,
  };
  const running = await startRememberingCommits(`${folder}/console`, settings);
  const database = new pg.Client({ connectionString: running.settings.DATABASE_URL });
  // It ends with the console where a measurement fails; the failure is what is to be told.
  database.on("error", () => undefined);
  await database.connect();
  const apps = await makeApps({ forge, running, database }, builds);
  return { forge, running, database, apps, settings, dataDir: `${folder}/console` };
}

/** With a database that keeps the time of each commit, which tells when a queued row could first be seen. */
async function startRememberingCommits(dataDir, settings) {
  const first = await startConsole(dataDir, { settings });
  const database = new pg.Client({ connectionString: first.settings.DATABASE_URL });
  await database.connect();
  await database.query("alter system set track_commit_timestamp = on");
  await database.end();
  await first.stop();
  return startConsole(dataDir, { settings });
}

/** The id that the console gives to the Git host of its environment (lib/instances/instance-id.ts). */
const instanceId = (origin) =>
  `pin_${createHash("sha256").update(`github\n${origin}`).digest("hex").slice(0, 20)}`;

async function makeApps({ forge, running, database }, builds) {
  await forge.ask("createUser", { login: ACCOUNT });
  const repositories = [];
  for (const number of builds.keys()) repositories.push(await makeRepository(forge, number));
  const browser = await openBrowser();
  try {
    const link = await signInLink(running.settings);
    const { project, state } = await signInWithProject(browser, { url: running.url, link });
    const context = await browser.newContext({ baseURL: running.url, storageState: state });
    const page = await context.newPage();
    await connect(page, project);
    for (const [i, { fullName }] of repositories.entries()) {
      await createApp(page, project, fullName, builds[i]);
    }
  } finally {
    await browser.close();
  }
  const apps = [];
  for (const repository of repositories) apps.push(await describe(forge, database, repository));
  await forge.ask("fault", {
    match: { path: "delivery", method: "push" },
    action: { kind: "lose" },
    count: "always",
  });
  return apps;
}

const makeRepository = (forge, number) =>
  forge.ask("createRepository", {
    owner: ACCOUNT,
    name: `bench-${number}`,
    files: Object.fromEntries(
      Array.from({ length: FILES }, (_, i) => [
        i === 0 ? "index.html" : `part-${i % 10}/page-${i}.html`,
        text(i),
      ]),
    ),
  });

const text = (number) => `<p>Page ${number}.</p>\n`.repeat(200);

async function connect(page, project) {
  await page.goto(`${project}/integrations`);
  await page
    .getByRole("button", { name: /^Connect/ })
    .first()
    .click();
  await page.locator(`input[name=account][value="${ACCOUNT}"]`).check();
  await page.getByRole("button", { name: "Authorize" }).click();
  await page.getByRole("heading", { name: ACCOUNT, exact: true }).waitFor();
}

async function createApp(page, project, repository, { command, output } = {}) {
  await page.goto(`${project}/apps/new`);
  const field = page.getByRole("combobox", { name: "Repository" });
  await field.click();
  await field.fill(repository);
  await page.getByRole("option", { name: repository }).first().click();
  if (command) {
    await page.getByRole("radio", { name: "Commands" }).check({ force: true });
    await page.getByLabel("Build command").fill(command);
    await page.getByLabel("Output directory").fill(output);
  }
  await page.getByRole("button", { name: "Create and deploy" }).click();
  await page.waitForURL(/\/apps\/app_[0-9a-z]{20}$/);
}

const APP = `select a.id, a.host, r.id as "repositoryId" from apps a join sources s on s.app_id = a.id
  join repositories r on r.id = s.repository_id where r.full_name = $1`;

async function describe(forge, database, { id, fullName, cloneUrl, branches }) {
  const [hook] = await forge.ask("hooks", fullName);
  if (!hook) throw new Error(`The console registered no hook for ${fullName}.`);
  const { rows } = await database.query(APP, [fullName]);
  const { url, secret } = hook;
  return { ...rows[0], externalId: id, fullName, cloneUrl, head: branches.main, hook: { url, secret } };
}
