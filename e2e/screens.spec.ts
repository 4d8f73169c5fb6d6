import type { Page } from "@playwright/test";
import { connectFresh, createApp, createProject, expectLive } from "./support/steps";
import { expect, expectAccessible, expectFits, signIn, test } from "./support/test";

test("screens of a person and of an empty project are accessible and fit 360 px", async ({ owner: page }) => {
  test.setTimeout(420_000);
  for (const path of ["/", "/projects/new", "/account", "/notifications"]) await expectScreen(page, path);
  const project = await createProject(page);
  for (const rest of [
    "",
    "/integrations",
    "/apps/new",
    "/members",
    "/activity",
    "/settings",
    "/nothing-here",
  ]) {
    await expectScreen(page, `${project}${rest}`);
  }
});

test("the instance's own screen is accessible and fits 360 px", async ({ page, console }) => {
  test.setTimeout(420_000);
  await signIn(page, console, "Ines Admin", { isAdmin: true });
  await page.goto("/console");
  await expect(page.getByRole("heading", { name: "Keys", exact: true })).toBeVisible();
  await expectScreen(page, "/console");
});

test("screens of a project with an app are accessible and fit 360 px", async ({ owner: page, console }) => {
  test.setTimeout(420_000);
  const project = await createProject(page);
  const login = await connectFresh(page, console, project);
  const app = await createApp(page, project, { repository: "tidepool/private-notes" });
  await expectLive(page, 1);
  for (const rest of ["", "/integrations", "/apps/new", "/members", "/activity"])
    await expectScreen(page, `${project}${rest}`);
  const parts = ["", "/deployments", "/settings/general", "/settings/build", "/settings/git"];
  for (const part of parts) await expectScreen(page, `${app}${part}`);
  await page.goto(`${app}/deployments`);
  await page.getByRole("table", { name: "Deployments" }).getByRole("link").first().click();
  await page.waitForURL(/dep_/);
  await expectScreen(page, new URL(page.url()).pathname);
  await page.goto(`${project}/integrations`);
  await page.getByRole("link", { name: login }).first().click();
  await page.waitForURL(/int_/);
  const integration = new URL(page.url()).pathname;
  for (const part of ["", "/activity", "/repositories"]) await expectScreen(page, `${integration}${part}`);
  await page.getByRole("radio", { name: "Only these" }).check();
  await page.getByText("No repository is listed: apps may use none.").waitFor();
  await expectAccessible(page);
  await expectFits(page);
});

async function expectScreen(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole("main").waitFor();
  await expectAccessible(page);
  await expectFits(page);
}
