import { TestConsole } from "./support/console";
import { expect, expectAccessible, signIn, test } from "./support/test";

test("the first start prints a link that creates the owner, once", async ({ page }) => {
  const console = await TestConsole.start();
  try {
    const link = /http:\/\/localhost:\d+\/setup\?\S+/.exec(console.output())?.[0] ?? "";
    await page.goto(`${console.url}/setup`);
    await expect(page.getByText(/terminal/i).first()).toBeVisible();
    await page.goto(link);
    await expectAccessible(page);
    await page.getByLabel("Name").fill("Mara Lindqvist");
    await page.getByLabel("Email").fill("mara@example.test");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.getByRole("button", { name: "Set up the console" }).click();
    await page.waitForURL(`${console.url}/`);
    await page.goto(link);
    await expect(page.getByLabel("Name")).toHaveCount(0);
    await page.goto(`${console.url}/console`);
    await expect(page.getByLabel("callback address").first()).toHaveValue(
      /\/api\/integrations\/pin_\w+\/callback$/,
    );
    await expectAccessible(page);

    await page.context().clearCookies();
    await page.goto(`${console.url}/sign-in`);
    await expectAccessible(page);
    await page.getByLabel("Email").fill("mara@example.test");
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert").filter({ hasText: /./ }).first()).toBeVisible();
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(`${console.url}/`);
  } finally {
    await console.close();
  }
});

test("a sign-in link works once, and only by its button", async ({ page, console }) => {
  const { link } = await console.person("Jonas Okafor");
  await page.goto(link);
  await page.goto(link);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${console.url}/`);
  await page.context().clearCookies();
  await page.goto(link);
  await expect(page.getByText("This link cannot be used")).toBeVisible();
});

test("a session that is revoked elsewhere ends with its next request", async ({ page, console, browser }) => {
  const { email } = await signIn(page, console, "Ada Brandt");
  const other = await browser.newContext({ baseURL: console.url });
  const second = await other.newPage();
  const printed = await console.command("sign-in-link", email);
  await second.goto(/http:\/\/\S+/.exec(printed)?.[0] ?? "");
  await second.getByRole("button", { name: "Sign in" }).click();
  await second.waitForURL(`${console.url}/`);
  await page.goto("/account");
  await expectAccessible(page);
  await page
    .getByRole("button", { name: /^End the session/ })
    .first()
    .click();
  await expect
    .poll(async () => {
      await second.goto("/account");
      return new URL(second.url()).pathname;
    })
    .toBe("/sign-in");
  await other.close();
});
