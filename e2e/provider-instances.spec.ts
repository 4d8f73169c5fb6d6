import { join } from "node:path";
import type { Page } from "@playwright/test";
import { type Forge, startForge } from "./forge";
import { consent, createProject, unique } from "./support/steps";
import { expect, expectAccessible, signIn, test } from "./support/test";

test("a GitHub Enterprise Server is added, its secret rotated, it is disabled, and moved to another address after a typed confirmation", async ({
  page,
  console,
}) => {
  const forge = await startForge({ dataDir: join(console.folder, unique("second")), seed: "empty" });
  try {
    await signIn(page, console, "Ines Admin", { isAdmin: true });
    await page.goto("/console");
    await liveThrough(page, forge);
  } finally {
    console.leaks.secrets.addIssued(await forge.admin.issuedSecrets());
    await forge.close();
  }
});

async function liveThrough(page: Page, forge: Forge): Promise<void> {
  const name = unique("Tidepool");
  const client = await forge.admin.registerClient({ callback: "http://localhost:1/later" });
  await forge.admin.createUser({ login: "ines" });
  const card = page.getByRole("article").filter({ hasText: name });
  const field = (label: string) => card.getByLabel(label, { exact: true });
  const save = async (values: Record<string, string>) => {
    for (const [label, value] of Object.entries(values)) await field(label).fill(value);
    await card.getByRole("button", { name: "Save", exact: true }).click();
  };
  const tryClient = () => card.getByRole("button", { name: `Test the client of ${name}` }).click();

  await page.getByRole("button", { name: "Add a GitHub Enterprise Server" }).click();
  await page.getByLabel("Name").last().fill(name);
  await page.getByLabel("Web address").last().fill(forge.url);
  await page.getByLabel("API address").last().fill(forge.apiUrl);
  await page.getByLabel("Client id").last().fill(client.clientId);
  await page.getByLabel("Client secret").last().fill(client.clientSecret);
  await page.getByRole("button", { name: "Add instance" }).click();
  await forge.admin.setClientCallback(client.clientId, await field("callback address").inputValue());
  await tryClient();
  await expect(card.getByText("accepts this client")).toBeVisible();

  // A wrong secret: the one before goes on, until it is erased; then the instance is misconfigured.
  await save({ "Client secret": "not what the host knows" });
  await expect(card.getByText("The new client secret was not used yet")).toBeVisible();
  await tryClient();
  await expect(card.getByText("The new client secret is not accepted")).toBeVisible();
  await expectAccessible(page);
  await expect(card.getByText("does not accept the new client secret")).toBeVisible();
  await card.getByRole("button", { name: /^Erase the secret before/ }).click();
  await expect(card.getByText("The new client secret is not accepted")).toBeHidden();
  await expect(card.getByText("does not accept the new client secret")).toBeHidden();
  await tryClient();
  await expect(card.getByText("Its client is not accepted")).toBeVisible();
  const project = await createProject(page);
  await page.goto(`${project}/integrations`);
  await expect(page.getByText("did not accept this console's client").first()).toBeVisible();

  // The right one mends it.
  await page.goto("/console");
  await save({ "Client secret": await forge.admin.addClientSecret(client.clientId) });
  await expect(card.getByText("Its client is not accepted")).toBeHidden();
  await tryClient();
  await expect(card.getByText("accepts this client")).toBeVisible();
  await page.goto(`${project}/integrations`);
  const offer = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name, exact: true }) });
  await offer.getByRole("button", { name: /^Connect/ }).click();
  await consent(page, "ines");
  await page.waitForURL(/\/integrations/);
  await expect(page.getByRole("heading", { name: "ines", exact: true })).toBeVisible();

  // Disabled: nothing is sent to it, and the project says so.
  await page.goto("/console");
  await card.getByRole("button", { name: `Disable ${name}` }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: `Disable ${name}` })
    .click();
  await expect(card.getByText("Disabled", { exact: true })).toBeVisible();
  await page.goto(`${project}/integrations`);
  await expect(page.getByText(`has disabled ${name}`).first()).toBeVisible();
  await expect(page.getByText("Active", { exact: true })).toHaveCount(0);
  await expectAccessible(page);
  await page.goto("/console");
  await card.getByRole("button", { name: `Enable ${name}` }).click();
  await expect(card.getByText("Disabled", { exact: true })).toBeHidden();

  // Another address: said first, then typed.
  const moved = forge.url.replace("127.0.0.1", "localhost");
  await save({ "Web address": moved, "API address": `${moved}/api/v3` });
  await expect(card.getByText("1 integration in 1 project loses its credential")).toBeVisible();
  await expect(card.getByText("The sealed client secret is erased")).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await page.setViewportSize({ width: 1440, height: 1000 });
  await save({ [`Type ${name} to confirm`]: name });
  await expect(card.getByText("loses its credential")).toBeHidden();
  await page.goto(`${project}/integrations`);
  await expect(page.getByText("Needs re-authorization").first()).toBeVisible();
  await expect(page.getByText("which erased the sealed token").first()).toBeVisible();
}
