import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { TestConsole } from "./console";

export { expect };

type WorkerFixtures = { console: TestConsole };
type TestFixtures = { owner: Page };

/** `console` lives as long as the worker; `owner` is a fresh person, signed in. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  console: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from here.
    async ({}, use) => {
      const running = await TestConsole.start();
      await use(running);
      await running.close();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ console }, use) => use(console.url),
  owner: async ({ page, console }, use) => {
    await signIn(page, console, "Mara Lindqvist");
    await use(page);
  },
});

/** Signs a new person in by a one-time link. */
export async function signIn(
  page: Page,
  console: TestConsole,
  name: string,
  options: { isAdmin?: boolean } = {},
): Promise<{ email: string }> {
  const { email, link } = await console.person(name, options);
  await page.goto(link);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.waitForURL(`${console.url}/`);
  return { email };
}

/** No accessibility violation on what is on screen, in both themes. */
export async function expectAccessible(page: Page, themes = ["light", "dark"]): Promise<void> {
  for (const theme of themes) {
    await page.evaluate((name) => {
      document.documentElement.classList.toggle("dark", name === "dark");
      document.documentElement.classList.toggle("light", name === "light");
    }, theme);
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      .analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
    expect(found, `${theme}: ${page.url()}`).toEqual([]);
  }
}

/** At the width of a small telephone nothing scrolls sideways, and it is accessible there too. */
export async function expectFits(page: Page): Promise<void> {
  await page.setViewportSize({ width: 360, height: 800 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width, `${page.url()} at 360 px`).toBeLessThanOrEqual(360);
  await expectAccessible(page, ["light"]);
  await page.setViewportSize({ width: 1440, height: 1000 });
}
