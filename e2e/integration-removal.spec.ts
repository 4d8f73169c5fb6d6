import type { Page } from "@playwright/test";
import {
  connectFresh,
  connectGitHub,
  createApp,
  createProject,
  expectLive,
  expectSite,
  siteAddress,
} from "./support/steps";
import { expect, expectAccessible, expectFits, test } from "./support/test";

const site = (text: string) => ({ "index.html": text });

test("an integration is paused, resumed, removed with a receipt and restored in one step; no push is lost", async ({
  owner: page,
  console,
}) => {
  const { admin } = console.forge;
  const project = await createProject(page);
  const login = await connectFresh(page, console, project);
  const repository = `${login}/shop`;
  await admin.createRepository({ owner: login, name: "shop", files: site("first") });
  const app = await createApp(page, project, { repository });
  await expectLive(page, 1);
  const address = await siteAddress(page);

  await openIntegration(page, project, login);
  const integration = page.url();
  await page.getByRole("button", { name: `Pause ${login}` }).click();
  await expect(page.getByRole("heading", { name: "Paused" })).toBeVisible();
  await admin.commitFiles(repository, "main", site("second"), { message: "While it was paused" });
  const missed = page.getByRole("table", { name: "Missed pushes" });
  await expect(missed.getByText("Waiting")).toBeVisible({ timeout: 20_000 });
  await expectAccessible(page);
  await expectSite(console, address, "first");
  await page.getByRole("button", { name: `Resume ${login}` }).click();
  await expectSite(console, address, "second");
  await expect(missed.getByText("Ready")).toBeVisible({ timeout: 20_000 });

  const tokens = await admin.tokens({ login, active: true });
  await removeIntegration(page, project, login);
  await page.waitForURL(/\/receipt$/);
  await expect(page.getByRole("heading", { name: `Removal of ${login}` })).toBeVisible();
  await expect(page.getByText("Removed", { exact: true })).toBeVisible({ timeout: 30_000 });
  const steps = page.getByRole("main").getByRole("listitem");
  await expect(steps).toHaveCount(5);
  await expect(steps.filter({ hasText: ", done" })).toHaveCount(5);
  await expect(steps.last()).toContainText("Token revoked at GitHub");
  await expectFits(page);
  expect(await admin.hooks(repository)).toEqual([]);
  expect(await admin.tokens({ login, active: true })).toHaveLength(tokens.length - 1);

  // What led to the integration leads to what became of it.
  await page.goto(integration);
  await page.waitForURL(/\/receipt$/);
  await page.goto(app);
  await expect(page.getByText("Disconnected").first()).toBeVisible();
  await admin.commitFiles(repository, "main", site("third"), { message: "While it was gone" });
  await page.getByRole("button", { name: "Redeploy" }).click();
  await page.waitForURL(/\/deployments\/dep_/);
  await expect(page.getByText(/Mara Lindqvist removed/).first()).toBeVisible();
  await expect(page.getByText("Failed").first()).toBeVisible();
  await expectSite(console, address, "second");

  await connectGitHub(page, project, login);
  await expect(page.getByRole("link", { name: `Receipt of ${login}` })).toBeVisible();
  await expect(page.getByText(/It is connected again: reconnect .+ above\./)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Reconnect one app" }).click();
  await expect(page.getByRole("heading", { name: "Apps to reconnect" })).toBeHidden();
  await expectSite(console, address, "third");
  expect(await admin.hooks(repository)).toHaveLength(1);
  await admin.commitFiles(repository, "main", site("fourth"), { message: "Back again" });
  await expectSite(console, address, "fourth");
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

test("copies of a token are forgotten at once, and the receipt says what is left to do by hand", async ({
  owner: page,
  console,
}) => {
  const { admin } = console.forge;
  const project = await createProject(page);
  const login = await connectFresh(page, console, project);
  await admin.fault({
    match: { path: "/api/v3/applications/**" },
    action: { kind: "status", status: 503 },
    count: "always",
  });
  await removeIntegration(page, project, login);
  await page.waitForURL(/\/receipt$/);
  await expect(page.getByText("GitHub answered 503.").first()).toBeVisible({ timeout: 20_000 });
  await expectAccessible(page);
  await page.getByRole("button", { name: "Forget now…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Forget now" }).click();
  await expect(page.getByText(/Revoke this console's access/)).toBeVisible();
  await expect(page.getByText("Token not revoked at GitHub")).toBeVisible();
  await expect(page.getByText("Removed", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Forget now…" })).toBeHidden();
  await expectFits(page);
  await admin.clearFaults();
});

async function openIntegration(page: Page, project: string, account: string): Promise<void> {
  await page.goto(`${project}/integrations`);
  await page.getByRole("link", { name: account }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: account })).toBeVisible();
}

async function removeIntegration(page: Page, project: string, account: string): Promise<void> {
  await openIntegration(page, project, account);
  await page.getByRole("button", { name: /^Remove/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill(account);
  await dialog.getByRole("button", { name: /^Remove/ }).click();
  await expect(dialog).toBeHidden();
}
