import type { Page } from "@playwright/test";
import { connectFresh, createProject, expectLive, invite, pick, siteAddress } from "./support/steps";
import { expect, expectAccessible, expectFits, signIn, test } from "./support/test";

const SLOW = "sleep 4; mkdir -p out && echo built > out/index.html";

test("two tabs and a double click do a thing once, and a tab that is behind is told so", async ({
  owner: page,
  console,
}) => {
  const project = await createProject(page);
  const owner = await connectFresh(page, console, project);
  await console.forge.admin.createRepository({ owner, name: "shop", files: { "index.html": "shop" } });
  await console.forge.admin.createBranch(`${owner}/shop`, "release");

  await page.goto(`${project}/apps/new`);
  await pick(page, "Repository", `${owner}/shop`);
  await page.getByRole("radio", { name: "Commands" }).check({ force: true });
  await page.getByLabel("Build command").fill(SLOW);
  await page.getByLabel("Output directory").fill("out");
  await page.getByRole("button", { name: "Create and deploy" }).dblclick();
  await page.waitForURL(/\/apps\/app_[0-9a-z]{20}$/);
  const app = new URL(page.url()).pathname;
  await expectLive(page, 1);
  await page.goto(project);
  await expect(page.getByRole("table", { name: "Apps" }).getByRole("row")).toHaveCount(2);

  const behind = await page.context().newPage();
  await behind.goto(`${app}/settings/build`);
  await page.goto(`${app}/settings/general`);
  await page.getByLabel("Name").fill("till");
  await page.getByRole("button", { name: "Save" }).dblclick();
  await expect(page.getByText("The app has its new name.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "till", exact: true })).toBeVisible();
  await behind.getByLabel("Build command").fill(`${SLOW}; echo twice`);
  await behind.getByRole("button", { name: "Save" }).click();
  await expect(behind.getByRole("main").getByRole("alert")).toContainText(
    "Not saved: somebody else changed till meanwhile",
  );
  await expect(behind.getByLabel("Build command"), "what was typed stays").toHaveValue(`${SLOW}; echo twice`);
  await expectAccessible(behind);
  await behind.reload();
  await expect(behind.getByLabel("Build command")).toHaveValue(SLOW);
  await behind.getByLabel("Output directory").fill("out/");
  await behind.getByLabel("Install command").fill("true");
  await behind.getByRole("button", { name: "Save" }).click();
  await expect(behind.getByText("The next deployment is built this way.")).toBeVisible();

  for (const tab of [page, behind]) await tab.goto(app);
  await Promise.all([page, behind].map((tab) => tab.getByRole("button", { name: "Redeploy" }).dblclick()));
  for (const tab of [page, behind]) await tab.waitForURL(/\/deployments\/dep_/);
  expect(behind.url()).toBe(page.url());

  await behind.goto(`${app}/settings/git`);
  await pick(behind, "Branch", "release");
  await behind.getByRole("button", { name: "Save" }).dblclick();
  await expect(behind.getByText(/Redeploy deploys its latest commit now/)).toBeVisible();
  await page.goto(`${project}/activity`);
  for (const [words, times] of [
    ["renamed an app to till", 1],
    ["changed how till is built", 1],
    ["changed the source of till", 1],
    ["asked for deployment 2", 1],
  ] as const) {
    await expect(page.getByText(words), words).toHaveCount(times);
  }
});

test("a viewer sees an app and its failed deployment, and why nothing there can be changed", async ({
  owner: page,
  console,
  browser,
}) => {
  const project = await createProject(page);
  const owner = await connectFresh(page, console, project);
  await console.forge.admin.createRepository({ owner, name: "shop", files: { "index.html": "shop" } });
  await page.goto(`${project}/apps/new`);
  await pick(page, "Repository", `${owner}/shop`);
  await page.getByRole("button", { name: "Create and deploy" }).click();
  await page.waitForURL(/\/apps\/app_[0-9a-z]{20}$/);
  const app = new URL(page.url()).pathname;
  await expectLive(page, 1);
  await page.goto(`${app}/settings/build`);
  await page.getByRole("radio", { name: "Commands" }).check({ force: true });
  await page.getByLabel("Build command").fill("echo Prices do not add up >&2; exit 3");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The next deployment is built this way.")).toBeVisible();
  await page.getByRole("button", { name: "Redeploy" }).click();
  await page.waitForURL(/\/deployments\/dep_/);
  await expect(page.getByText(/ended with code 3/).first()).toBeVisible();
  const failed = new URL(page.url()).pathname;
  await expectScreen(page);

  const viewer = await (await browser.newContext({ baseURL: console.url })).newPage();
  const { email } = await signIn(viewer, console, "Vera Okafor");
  await viewer.goto(await invite(page, project, email, "viewer"));
  await viewer.getByRole("button", { name: "Accept" }).click();
  await viewer.waitForURL(new RegExp(`${project}$`));

  await viewer.goto(app);
  await expect(viewer.getByText("To see pushes you need another role.")).toBeVisible();
  await expect(viewer.getByRole("button", { name: "Redeploy" })).toHaveAttribute("aria-disabled", "true");
  await expect(viewer.getByRole("link", { name: await hostOf(page, app) }).first()).toBeVisible();
  await expectScreen(viewer);
  await viewer.goto(failed);
  await expect(viewer.getByRole("log")).toContainText("Prices do not add up");
  await expect(viewer.getByText(/stays live/)).toBeVisible();
  await expectScreen(viewer);
  await viewer.goto(`${app}/settings/build`);
  await expect(viewer.getByText(/^Only .+ may do this\.$/).first()).toBeVisible();
  await viewer.getByLabel("Build command").fill("true");
  await expect(viewer.getByRole("button", { name: "Save" })).toHaveAttribute("aria-disabled", "true");
  await expectScreen(viewer);
  await viewer.context().close();
});

async function hostOf(page: Page, app: string): Promise<string> {
  await page.goto(app);
  return new URL(await siteAddress(page)).host;
}

async function expectScreen(page: Page): Promise<void> {
  await expectAccessible(page);
  await expectFits(page);
}
