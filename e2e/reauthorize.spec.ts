import {
  connectGitHub,
  consent,
  createApp,
  createProject,
  expectLive,
  expectSite,
  siteAddress,
  unique,
} from "./support/steps";
import { expect, expectAccessible, test } from "./support/test";

const site = (text: string) => ({ "index.html": text });

test("a dead token is noticed, mended after its loss was read, caught up, and handed over to another account", async ({
  owner: page,
  console,
}) => {
  const { admin } = console.forge;
  const [login, heir, team] = ["ada", "grace", "crew"].map((name) => unique(name).toLowerCase());
  if (!login || !heir || !team) throw new Error("Nobody has a name.");
  for (const person of [login, heir]) await admin.createUser({ login: person });
  await admin.createOrg({ login: team });
  await admin.addMember(team, login, "admin");
  const [shop, tools] = [`${login}/shop`, `${team}/tools`];
  await admin.createRepository({ owner: login, name: "shop", private: true, files: site("first") });
  await admin.createRepository({ owner: team, name: "tools", private: true, files: site("tools") });
  const project = await createProject(page);
  await connectGitHub(page, project, login);
  await createApp(page, project, { repository: tools, name: "tools" });
  await expectLive(page, 1);
  const app = await createApp(page, project, { repository: shop, name: "shop" });
  await expectLive(page, 1);
  const address = await siteAddress(page);

  await test.step("the card tells that the token is dead", async () => {
    for (const { id } of await admin.tokens({ login, active: true })) await admin.revokeToken(id);
    await admin.removeMember(team, login);
    await page.getByRole("button", { name: "Redeploy" }).click();
    await page.waitForURL(/\/deployments\/dep_/);
    await expect(page.getByText("Failed", { exact: true }).first()).toBeVisible();
    await admin.commitFiles(shop, "main", site("second"), { message: "Pushed while the token was dead" });
    await page.goto(`${project}/integrations`);
    await expect(page.getByText("Needs re-authorization").first()).toBeVisible();
  });

  await test.step("the preflight lists the repository that would be lost, and nothing changes before the word", async () => {
    // The host remembers this browser and the scopes do not change: it comes straight back.
    await page.getByRole("button", { name: "Re-authorize" }).first().click();
    await page.waitForURL(/\/confirm\?grant=/);
    await expect(page.getByRole("heading", { name: "1 repository would be lost" })).toBeVisible();
    await expect(page.getByRole("link", { name: new RegExp(tools) })).toBeVisible();
    await expect(page.getByRole("heading", { name: "1 repository stays as it is" })).toBeVisible();
    await expectAccessible(page);
    const [old] = await admin.tokens({ login });
    expect(old?.active).toBe(false);
    await page.getByRole("button", { name: `Re-authorize ${login}` }).click();
    await page.waitForURL(/\/integrations\/int_[0-9a-z]{20}/);
    await expect(page.getByText("Active", { exact: true }).first()).toBeVisible();
  });

  await test.step("what was pushed meanwhile is listed, and caught up", async () => {
    const missed = page.getByRole("table", { name: "Missed pushes" });
    await expect(missed.getByText("Pushed while the token was dead")).toBeVisible();
    await expectSite(console, address, "second");
    await expect(missed.getByRole("link", { name: /^Deployment \d+$/ })).toBeVisible();
    await expectAccessible(page);
  });

  await test.step("another account takes its place: hooks and apps stay", async () => {
    await admin.addCollaborator(shop, heir, "admin");
    await page.getByRole("button", { name: "Replace account…" }).click();
    await consent(page, heir);
    await page.waitForURL(/\/confirm\?grant=/);
    const asked = page.url();
    await expect(page.getByRole("heading", { name: `Replace ${login} with ${heir}?` })).toBeVisible();
    await page.getByRole("button", { name: `Replace ${login} with ${heir}` }).click();
    await expect(page.getByRole("heading", { name: heir, exact: true })).toBeVisible();
    await page.getByText("Ask for more or less").click();
    await expect(page.getByRole("radio", { name: "All repositories" })).toBeChecked();
    await expectAccessible(page);
    await expect.poll(async () => (await admin.tokens({ login, active: true })).length).toBe(0);
    await admin.commitFiles(shop, "main", site("third"), { message: "After the hand-over" });
    await expectSite(console, address, "third");
    expect(await admin.hooks(shop)).toHaveLength(1);
    await page.goto(app);
    await expect(page.getByText(heir, { exact: true }).first()).toBeVisible();
    await page.goto(asked);
    await expect(page.getByRole("heading", { level: 1, name: "Nothing waits for you here" })).toBeVisible();
    await expectAccessible(page);
  });
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

test("who was signed out while at the host comes back to signing in, and no token is made", async ({
  owner: page,
  console,
}) => {
  const { admin } = console.forge;
  const login = unique("eve").toLowerCase();
  await admin.createUser({ login });
  const project = await createProject(page);
  await page.goto(`${project}/integrations`);
  await page
    .getByRole("button", { name: /^Connect/ })
    .first()
    .click();
  await page.locator(`input[name=account][value="${login}"]`).check();
  await page.context().clearCookies({ domain: "localhost" });
  await page.getByRole("button", { name: "Authorize" }).click();
  await page.waitForURL(/\/sign-in\?next=.*signed_out/);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  expect(await admin.tokens({ login })).toEqual([]);
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
