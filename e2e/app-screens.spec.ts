import { connectFresh, createApp, createProject, expectLive } from "./support/steps";
import { expectAccessible, expectFits, expectScreen, test } from "./support/test";

test("screens of a project with an app are accessible and fit 360 px", async ({ owner: page, console }) => {
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
