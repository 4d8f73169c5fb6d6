import { createProject } from "./support/steps";
import { expect, expectScreen, signIn, test } from "./support/test";

test("screens of a person and of an empty project are accessible and fit 360 px", async ({ owner: page }) => {
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
  await signIn(page, console, "Ines Admin", { isAdmin: true });
  await page.goto("/console");
  await expect(page.getByRole("heading", { name: "Keys", exact: true })).toBeVisible();
  await expectScreen(page, "/console");
});
