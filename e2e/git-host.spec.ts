import type { Page } from "@playwright/test";
import { createApp, createProject, expectLive, expectSite, siteAddress, unique } from "./support/steps";
import { expect, expectAccessible, test } from "./support/test";

const site = (text: string) => ({ "index.html": text });

/** What stands at a field because of it. */
const problem = (page: Page, text: RegExp | string) => page.locator("main form").getByText(text).first();

test("a self-hosted repository with an authority of its own: connected, deployed by polling, its token replaced", async ({
  owner: page,
  console,
}) => {
  const { admin, plain } = console.forge;
  const login = unique("ada").toLowerCase();
  await admin.createUser({ login });
  const { fullName } = await admin.createRepository({
    owner: login,
    name: "shop",
    private: true,
    files: site("first"),
  });
  const url = await admin.hostCloneUrl("gitlab", fullName);
  const scopes = ["read_repository" as const];
  const { token } = await admin.issueHostToken({ kind: "gitlab", login, scopes });
  const account = `${new URL(url).host}/${fullName}`;
  const project = await createProject(page);

  await test.step("what is wrong is told apart, and nothing is stored", async () => {
    await page.goto(`${project}/integrations`);
    await page
      .getByRole("listitem")
      .filter({ hasText: "Git (any host)" })
      .getByRole("link", { name: "Connect" })
      .click();
    await expect(page.getByRole("heading", { name: "Connect Git" })).toBeVisible();
    await expectAccessible(page);
    await page.getByLabel("Address").fill("http://git.example.com/team/site");
    await page.getByLabel("User name").fill("oauth2");
    await page.getByLabel("Password or token").fill("not-the-token");
    await page.getByRole("button", { name: "Test" }).click();
    await expect(problem(page, "Plain http would send the credential in the clear.")).toBeVisible();
    await page.getByLabel("Address").fill(url);
    await page.getByRole("button", { name: "Test" }).click();
    await expect(problem(page, /was issued by .+, which this console does not trust/)).toBeVisible();
    await page.getByLabel("CA certificate").fill(plain.ca);
    await page.getByRole("button", { name: "Test" }).click();
    await expect(problem(page, /did not accept this user name and token/)).toBeVisible();
    // The host gave itself away: the labels are its own now.
    await page.getByLabel("Deploy token or access token").fill(token);
    await page.getByRole("button", { name: "Test" }).click();
    await expect(problem(page, "can be read: one branch, the default is main.")).toBeVisible();
    await expectAccessible(page);
    await page.goto(`${project}/integrations`);
    await expect(page.getByText("Nothing is connected yet")).toBeVisible();
  });

  await test.step("it is connected and deployed", async () => {
    await page.goto(`${project}/integrations/connect/git`);
    await page.getByLabel("Address").fill(url);
    await page.getByLabel("CA certificate").fill(plain.ca);
    await page.getByLabel("User name").fill("oauth2");
    await page.getByLabel("Password or token").fill(token);
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await expect(page.getByRole("heading", { name: account })).toBeVisible();
    await page.getByRole("link", { name: account, exact: true }).click();
    await expect(page.getByRole("heading", { name: "Host", exact: true })).toBeVisible();
    await expect(page.getByText("Sealed. Nobody can read it.").first()).toBeVisible();
    await expectAccessible(page);
    await createApp(page, project, { repository: fullName, branch: "main", name: "shop" });
    await expectLive(page, 1);
  });

  const app = new URL(page.url()).pathname;
  const address = await siteAddress(page);

  await test.step("a push is found by polling, with its message and author", async () => {
    await expectSite(console, address, "first");
    await admin.commitFiles(fullName, "main", site("second"), { message: "Found by asking" });
    await expectSite(console, address, "second");
    await page.goto(app);
    await expect(page.getByText("Found by asking").first()).toBeVisible();
  });

  await test.step("a token that was revoked is noticed", async () => {
    await admin.revokeHostToken(token);
    await admin.commitFiles(fullName, "main", site("third"), { message: "Pushed while the token was dead" });
    await page.goto(`${project}/integrations`);
    await expect(page.getByText("Needs re-authorization").first()).toBeVisible({ timeout: 60_000 });
    await expectAccessible(page);
  });

  await test.step("another credential is entered, and it is live again", async () => {
    const fresh = await admin.issueHostToken({ kind: "gitlab", login, scopes });
    await page.getByRole("link", { name: "Edit credentials" }).first().click();
    await expect(page.getByLabel("Address")).toHaveAttribute("readonly");
    await page.getByLabel("User name").fill("oauth2");
    await page.getByLabel("Deploy token or access token").fill(fresh.token);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.waitForURL(/\/integrations\/int_[0-9a-z]{20}/);
    await expect(page.getByText("Active", { exact: true }).first()).toBeVisible();
    await expectSite(console, address, "third");
  });
});
