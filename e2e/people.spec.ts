import type { Browser } from "@playwright/test";
import type { TestConsole } from "./support/console";
import {
  connectGitHub,
  consent,
  createApp,
  createProject,
  expectLive,
  invite,
  unique,
} from "./support/steps";
import { expect, expectAccessible, signIn, test } from "./support/test";

const PASSWORD = "a sentence of a few words";

test("an invited admin is told of a revoked token and mends it, until the owner makes them a viewer", async ({
  owner: page,
  console,
  browser,
}) => {
  const { admin } = console.forge;
  const login = unique("ada").toLowerCase();
  await admin.createUser({ login });
  await admin.createRepository({ owner: login, name: "shop", files: { "index.html": "first" } });
  const project = await createProject(page);
  await connectGitHub(page, project, login);
  const app = await createApp(page, project, { repository: `${login}/shop` });
  await expectLive(page, 1);

  // Somebody without an account comes in by the link and makes one for its address.
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

  // The token dies elsewhere; a use notices it. Both are told on the page that is open, without loading it again.
  await page.goto(`${project}/members`);
  await expect(page.getByRole("row", { name: /Noor Haddad/ })).toContainText("Admin");
  for (const { id } of await admin.tokens({ login, active: true })) await admin.revokeToken(id);
  await page.goto(app);
  await page.getByRole("button", { name: "Redeploy" }).click();
  await page.waitForURL(/\/deployments\/dep_/);
  const banner = `${login} on ${new URL(console.forge.url).host} has to be authorized again`;
  for (const tab of [page, noor]) {
    await tab.bringToFront();
    await expect(tab.getByRole("button", { name: "Notifications, 1 unread" })).toBeVisible();
    await tab.getByRole("button", { name: "Notifications, 1 unread" }).click();
    await expect(tab.getByRole("dialog", { name: "Notifications" }).getByText(banner)).toBeVisible();
    if (tab === noor) await expectAccessible(tab);
    await tab.keyboard.press("Escape");
    await expect(tab.getByRole("button", { name: "Notifications, 1 unread" })).toBeFocused();
    await tab.goto(project);
    await expect(tab.getByRole("main").getByText(banner)).toBeVisible();
  }

  // The admin, a real second person, mends it in place.
  await noor.goto(`${project}/integrations`);
  await noor.getByRole("button", { name: "Re-authorize" }).first().click();
  await consent(noor, login);
  await noor.waitForURL(/again=1/);
  await expect(noor.getByText("Active", { exact: true }).first()).toBeVisible();
  for (const tab of [page, noor]) {
    await tab.goto(project);
    await expect(tab.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(tab.getByRole("main").getByText(banner)).toHaveCount(0);
    await expect(tab.getByRole("button", { name: "Notifications", exact: true })).toBeVisible();
  }
  await noor.goto("/notifications");
  await expect(noor.getByText("It works again.")).toBeVisible();
  await expectAccessible(noor);
  await noor.getByRole("button", { name: "Mark all as read" }).click();
  await expect(noor.getByRole("button", { name: /Mark as read/ })).toHaveCount(0);

  // The role changes while the page is open: it shows, and what may no longer be done says why.
  await noor.goto(`${project}/members`);
  await expect(noor.getByRole("button", { name: "Invite…" })).not.toHaveAttribute("aria-disabled", "true");
  await page.goto(`${project}/members`);
  await page.getByRole("button", { name: "Manage Noor Haddad" }).click();
  await page.getByRole("menuitem", { name: "Make viewer" }).click();
  await expect(page.getByRole("row", { name: /Noor Haddad/ })).toContainText("Viewer");
  await noor.bringToFront();
  const refused = noor.getByRole("button", { name: "Invite…" });
  await expect(refused).toHaveAttribute("aria-disabled", "true");
  await refused.focus();
  await expect(noor.getByRole("tooltip")).toHaveText("Only an owner or admin may do this.");
  await expectAccessible(noor);
  await noor.goto("/notifications");
  await expect(noor.getByText("Nothing yet", { exact: true })).toBeVisible();

  // Removed, the project is gone for them.
  await page.getByRole("button", { name: "Manage Noor Haddad" }).click();
  await page.getByRole("menuitem", { name: "Remove from the project…" }).click();
  await page.getByRole("button", { name: "Remove Noor Haddad" }).click();
  // A row is not to be seen either while the dialog stands before it: the sentence comes with the answer.
  await expect(page.getByText("Nobody else is here yet")).toBeVisible();
  expect((await noor.request.get(project)).status()).toBe(404);
  await other.close();
});

test("an invitation is for one address and works once; every other link says what to do", async ({
  owner: page,
  console,
  browser,
}) => {
  const project = await createProject(page);
  const other = await browserOf(browser, console);
  const guest = await other.newPage();
  const { email } = await signIn(guest, console, "Ben Okafor");
  const first = await invite(page, project, email, "member");

  await page.goto(first);
  await expect(page.getByText(`This invitation is for ${email} alone.`)).toBeVisible();
  await expectAccessible(page);

  await page.goto(`${project}/members`);
  await page.getByRole("button", { name: `New link for ${email}` }).click();
  const second = await page.getByLabel("Invitation link", { exact: true }).inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  await guest.goto(first);
  await expect(guest.getByRole("heading", { name: "There is a newer link" })).toBeVisible();
  await guest.goto(second);
  await guest.getByRole("button", { name: "Accept" }).click();
  await guest.waitForURL(new RegExp(`${project}$`));
  await page.goto(second);
  await expect(page.getByRole("heading", { name: "This invitation was accepted" })).toBeVisible();

  const third = await invite(page, project, `${unique("eve")}@example.test`, "viewer");
  await guest.goto(third);
  await guest.getByRole("button", { name: "Sign out and use another account" }).click();
  await expect(guest.getByRole("button", { name: "Create the account and join" })).toBeVisible();
  await page.getByRole("button", { name: /^Revoke the invitation of/ }).click();
  await expect(page.getByText("Nobody is invited at the moment")).toBeVisible();
  await page.context().clearCookies();
  await page.goto(third);
  await expect(page.getByRole("heading", { name: "This invitation was revoked" })).toBeVisible();
  await other.close();
});

const browserOf = (browser: Browser, console: TestConsole) => browser.newContext({ baseURL: console.url });
