import {
  connectGitHub,
  createApp,
  createProject,
  expectLive,
  expectSite,
  siteAddress,
  unique,
} from "./support/steps";
import { expect, test } from "./support/test";

const site = (text: string) => ({ "index.html": text });

test("a revoked token is noticed, one button mends it in place, and pushes deploy again", async ({
  owner: page,
  console,
}) => {
  const { admin } = console.forge;
  const login = unique("ada").toLowerCase();
  await admin.createUser({ login });
  const repository = `${login}/shop`;
  await admin.createRepository({ owner: login, name: "shop", files: site("first") });
  const project = await createProject(page);
  await connectGitHub(page, project, login);
  const app = await createApp(page, project, { repository });
  await expectLive(page, 1);
  const address = await siteAddress(page);

  for (const { id } of await admin.tokens({ login, active: true })) await admin.revokeToken(id);
  await page.getByRole("button", { name: "Redeploy" }).click();
  await page.waitForURL(/\/deployments\/dep_/);
  await expect(page.getByText("Failed", { exact: true }).first()).toBeVisible();
  await page.goto(`${project}/integrations`);
  await expect(page.getByText("Needs re-authorization").first()).toBeVisible();

  // The host remembers this browser and the scopes do not change: it comes straight back.
  await page.getByRole("button", { name: "Re-authorize" }).first().click();
  await page.waitForURL(/again=1/);
  await expect(page.getByText("Active", { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("heading", { name: login, exact: true })).toHaveCount(1);

  await page.goto(app);
  await admin.commitFiles(repository, "main", site("second"), { message: "After the repair" });
  await expectSite(console, address, "second");
});

test("who denies the consent stays unconnected and reads why", async ({ owner: page }) => {
  const project = await createProject(page);
  await page.goto(`${project}/integrations`);
  await page
    .getByRole("button", { name: /^Connect/ })
    .first()
    .click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.waitForURL(/\/integrations/);
  await expect(page.getByText("Not connected")).toBeVisible();
  await expect(page.getByText("Nothing is connected yet")).toBeVisible();
});

test("who grants less than what is needed stays unconnected, and the token that came is revoked", async ({
  owner: page,
  console,
}) => {
  const { admin } = console.forge;
  const login = unique("bob").toLowerCase();
  await admin.createUser({ login });
  const project = await createProject(page);
  await page.goto(`${project}/integrations`);
  await page
    .getByRole("button", { name: /^Connect/ })
    .first()
    .click();
  await page.locator(`input[name=account][value="${login}"]`).check();
  await page.locator('input[name=scope][value="repo"]').uncheck();
  await page.getByRole("button", { name: "Authorize" }).click();
  await page.waitForURL(/\/integrations/);
  await expect(page.getByText("Not connected")).toBeVisible();
  await expect.poll(async () => (await admin.tokens({ login, active: true })).length).toBe(0);
});
