import type { Page } from "@playwright/test";
import { connectGitHub, createApp, createProject, expectLive } from "./support/steps";
import { expect, expectAccessible, test } from "./support/test";

test("every screen is accessible in both themes and fits 360 px", async ({ owner: page }) => {
  test.setTimeout(240_000);
  await expectScreen(page, "/");
  await expectScreen(page, "/projects/new");
  await expectScreen(page, "/account");
  const project = await createProject(page);
  await expectScreen(page, project);
  await expectScreen(page, `${project}/integrations`);
  await expectScreen(page, `${project}/apps/new`);
  await connectGitHub(page, project);
  await expectScreen(page, `${project}/integrations`);
  await expectScreen(page, `${project}/apps/new`);
  const app = await createApp(page, project, { repository: "octocat/hello-static" });
  await expectLive(page, 1);
  await expectScreen(page, project);
  await expectScreen(page, app);
  await expectScreen(page, `${app}/deployments`);
  await page.getByRole("table", { name: "Deployments" }).getByRole("link").first().click();
  await page.waitForURL(/dep_/);
  await expectScreen(page, new URL(page.url()).pathname);
  for (const part of ["general", "build", "git"]) await expectScreen(page, `${app}/settings/${part}`);
  await page.goto(`${project}/integrations`);
  await page.getByRole("link", { name: "octocat" }).first().click();
  await page.waitForURL(/int_/);
  await expectScreen(page, new URL(page.url()).pathname);
  await expectScreen(page, `${project}/activity`);
  await expectScreen(page, `${project}/settings`);
  await expectScreen(page, `${project}/nothing-here`);
});

async function expectScreen(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole("main").waitFor();
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 800 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width, `${path} at 360 px`).toBeLessThanOrEqual(360);
  await expectAccessible(page);
  await page.setViewportSize({ width: 1440, height: 1000 });
}
