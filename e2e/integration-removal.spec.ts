import {
  connectFresh,
  connectGitHub,
  createApp,
  createProject,
  expectLive,
  expectSite,
  pick,
  siteAddress,
} from "./support/steps";
import { expect, test } from "./support/test";

const site = (text: string) => ({ "index.html": text });

test("removing an integration disconnects its apps at once; connecting and choosing again deploys", async ({
  owner: page,
  console,
}) => {
  const { admin } = console.forge;
  const project = await createProject(page);
  const login = await connectFresh(page, console, project);
  const repository = `${login}/shop`;
  await admin.createRepository({ owner: login, name: "shop", files: site("kept") });
  const app = await createApp(page, project, { repository });
  await expectLive(page, 1);
  const address = await siteAddress(page);
  const tokens = await admin.tokens({ login, active: true });

  await removeIntegration(page, project, login);

  await page.goto(app);
  await expect(page.getByText("Disconnected").first()).toBeVisible();
  await expect.poll(async () => (await admin.hooks(repository)).length, { timeout: 30_000 }).toBe(0);
  await expect
    .poll(async () => (await admin.tokens({ login, active: true })).length, { timeout: 30_000 })
    .toBe(tokens.length - 1);

  await admin.commitFiles(repository, "main", site("unseen"), { message: "Pushed meanwhile" });
  await page.getByRole("button", { name: "Redeploy" }).click();
  await page.waitForURL(/\/deployments\/dep_/);
  await expect(page.getByText(/Mara Lindqvist removed/).first()).toBeVisible();
  await expect(page.getByText("Failed").first()).toBeVisible();
  await expectSite(console, address, "kept");

  await connectGitHub(page, project, login);
  await page.goto(`${app}/settings/git`);
  await pick(page, "Repository", repository);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved").first()).toBeVisible();
  await admin.commitFiles(repository, "main", site("back again"), { message: "Back again" });
  await expectSite(console, address, "back again");
});

test("another project's connection to the same account goes on", async ({ owner: page, console }) => {
  const { admin } = console.forge;
  const first = await createProject(page);
  const login = await connectFresh(page, console, first);
  const repository = `${login}/shop`;
  await admin.createRepository({ owner: login, name: "shop", files: site("one") });
  const second = await createProject(page);
  await connectGitHub(page, second, login);
  await createApp(page, second, { repository });
  await expectLive(page, 1);
  const address = await siteAddress(page);

  await removeIntegration(page, first, login);
  await admin.commitFiles(repository, "main", site("two"), { message: "Still heard" });
  await expectSite(console, address, "two");
});

async function removeIntegration(page: import("@playwright/test").Page, project: string, account: string) {
  await page.goto(`${project}/integrations`);
  await page.getByRole("link", { name: account }).first().click();
  await page.getByRole("button", { name: /^Remove/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill(account);
  await dialog.getByRole("button", { name: /^Remove/ }).click();
  await expect(dialog).toBeHidden();
}
