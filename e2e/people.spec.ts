import type { Browser, Page } from "@playwright/test";
import type { TestConsole } from "./support/console";
import { createProject, unique } from "./support/steps";
import { expect, expectAccessible, test } from "./support/test";

const PASSWORD = "a sentence of a few words";

test("an invited person makes an account from the link, works as admin, and loses it with the role", async ({
  owner: page,
  console,
  browser,
}) => {
  test.setTimeout(240_000);
  const project = await createProject(page);
  const email = `${unique("noor").toLowerCase()}@example.test`;
  const link = await invite(page, project, email, "admin");

  const other = await browserOf(browser, console);
  const noor = await other.newPage();
  await noor.goto(link);
  await expectAccessible(noor);
  await noor.getByLabel("Name").fill("Noor Haddad");
  await noor.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await noor.getByRole("button", { name: "Create the account and join" }).click();
  await noor.waitForURL(new RegExp(`${project}$`));
  await noor.goto(link);
  await expect(noor.getByRole("heading", { name: "This invitation was accepted" })).toBeVisible();
  await page.goto(`${project}/members`);
  await expect(page.getByRole("row", { name: /Noor Haddad/ })).toContainText("Admin");
  await other.close();
});

async function invite(page: Page, project: string, email: string, role: string): Promise<string> {
  await page.goto(`${project}/members`);
  await page.getByRole("button", { name: "Invite…" }).click();
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Role", { exact: true }).selectOption(role);
  await page.getByRole("button", { name: "Make the link" }).click();
  const link = await page.getByLabel("Invitation link", { exact: true }).inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  return link;
}

const browserOf = (browser: Browser, console: TestConsole) => browser.newContext({ baseURL: console.url });
