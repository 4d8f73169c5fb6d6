import { expect, type Page } from "@playwright/test";
import type { TestConsole } from "./console";

let made = 0;

/** A name that no other test of this run uses. */
export const unique = (name: string): string => {
  made += 1;
  return `${name}-${process.pid}-${made}`;
};

/** Creates a project and returns its address. */
export async function createProject(page: Page, name = unique("lighthouse"), base = ""): Promise<string> {
  await page.goto(`${base}${base.endsWith("/") ? "" : "/"}projects/new`);
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Create project" }).click();
  await page.waitForURL(/\/projects\/prj_[0-9a-z]{20}$/);
  return new URL(page.url()).pathname;
}

/** Connects an account of the sandbox host to a project, through its consent page. */
export async function connectGitHub(page: Page, project: string, account = "octocat"): Promise<void> {
  await page.goto(`${project}/integrations`);
  await page
    .getByRole("button", { name: /^Connect/ })
    .first()
    .click();
  await consent(page, account);
  await page.waitForURL(/\/integrations/);
  await expect(page.getByRole("heading", { name: account, exact: true })).toBeVisible();
}

/**
 * Makes an account at the sandbox host and connects it. An account of its own for each test: the console refuses the tenth
 * token of one account, as it should.
 */
export async function connectFresh(page: Page, console: TestConsole, project: string): Promise<string> {
  const login = unique("dev").toLowerCase();
  await console.forge.admin.createUser({ login });
  await console.forge.admin.addMember("tidepool", login);
  await connectGitHub(page, project, login);
  return login;
}

/** Chooses the account on the host's consent page and authorizes. */
export async function consent(page: Page, account: string): Promise<void> {
  await page.getByRole("heading", { name: /^Authorize/ }).waitFor();
  await page.locator(`input[name=account][value="${account}"]`).check();
  await page.getByRole("button", { name: "Authorize" }).click();
}

export type AppChoice = {
  repository: string;
  branch?: string;
  rootDirectory?: string;
  name?: string;
  install?: string;
  build?: string;
  output?: string;
};

/** Fills the form of a new app and creates it; returns the app's address. */
export async function createApp(page: Page, project: string, choice: AppChoice): Promise<string> {
  await page.goto(`${project}/apps/new`);
  await pick(page, "Repository", choice.repository);
  if (choice.branch) await pick(page, "Branch", choice.branch);
  if (choice.rootDirectory) await page.getByLabel("Root directory").fill(choice.rootDirectory);
  if (choice.build) {
    await page.getByRole("radio", { name: "Commands" }).check({ force: true });
    await page.getByLabel("Install command").fill(choice.install ?? "");
    await page.getByLabel("Build command").fill(choice.build);
  }
  if (choice.output) await page.getByLabel("Output directory").fill(choice.output);
  if (choice.name) await page.getByLabel("Name").fill(choice.name);
  await page.getByRole("button", { name: "Create and deploy" }).click();
  await page.waitForURL(/\/apps\/app_[0-9a-z]{20}$/);
  return new URL(page.url()).pathname;
}

/** Chooses an entry of a picker by typing its name. */
export async function pick(page: Page, label: string, name: string): Promise<void> {
  const field = page.getByRole("combobox", { name: label });
  await field.click();
  await field.fill(name);
  // Not an option of one of the browser's own selects, which is never to be seen.
  await page
    .getByRole("listbox")
    .getByRole("option", { name: new RegExp(escapeForRegExp(name)) })
    .first()
    .click();
}

const escapeForRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The address at which an app's page says that it is published. */
export async function siteAddress(page: Page): Promise<string> {
  const href = await page.locator("main header a[href^='http']").first().getAttribute("href");
  if (!href) throw new Error("The page names no address.");
  return href;
}

/** Makes the link that lets somebody with this address into a project, in a role. */
export async function invite(page: Page, project: string, email: string, role: string): Promise<string> {
  await page.goto(`${project}/members`);
  await page.getByRole("button", { name: "Invite…" }).click();
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Role", { exact: true }).selectOption(role);
  await page.getByRole("button", { name: "Make the link" }).click();
  const link = await page.getByLabel("Invitation link", { exact: true }).inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  return link;
}

/** Waits until a deployment of the app with this number is live, on the app's open page. */
export async function expectLive(page: Page, number: number): Promise<void> {
  const row = page
    .getByRole("table", { name: "Deployments" })
    .getByRole("row", { name: new RegExp(`^${number}\\b`) });
  await expect(row.getByText("Live", { exact: true })).toBeVisible({ timeout: 60_000 });
}

/** Waits until the published site answers with this text. */
export async function expectSite(console: TestConsole, address: string, text: string): Promise<void> {
  await expect.poll(async () => (await console.visit(address)).text, { timeout: 30_000 }).toContain(text);
}
