import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { TestConsole } from "./console";

export { expect };

type WorkerFixtures = { console: TestConsole };
type TestFixtures = { owner: Page; printedOnFailure: undefined };

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
  printedOnFailure: [
    async ({ console: running }, use, info) => {
      await use(undefined);
      if (info.status === info.expectedStatus) return;
      // A page names an error by its number only: what that was, the console has printed.
      const printed = running.output();
      await info.attach("what the console printed", { body: printed, contentType: "text/plain" });
      for (const line of printed.split("\n")) if (line.includes('"level":"error"')) console.error(line);
    },
    { auto: true },
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

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** No accessibility violation on what is on screen; in dark, where nothing but the colours differs, none of contrast. */
export async function expectAccessible(page: Page): Promise<void> {
  await expectNoViolation(page, "light", (axe) => axe.withTags(RULES));
  await expectNoViolation(page, "dark", (axe) => axe.withRules(["color-contrast"]));
}

async function expectNoViolation(
  page: Page,
  theme: "light" | "dark",
  choose: (axe: AxeBuilder) => AxeBuilder,
): Promise<void> {
  await page.evaluate((name) => {
    document.documentElement.classList.toggle("dark", name === "dark");
    document.documentElement.classList.toggle("light", name === "light");
  }, theme);
  // In the page itself: the other way opens a page more for each look, and is for frames of other origins, of which there are none.
  const { violations } = await choose(new AxeBuilder({ page }).setLegacyMode()).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
  expect(found, `${theme}: ${page.url()}`).toEqual([]);
}

/** At the width of a small telephone nothing scrolls sideways, and it is accessible there too. */
export async function expectFits(page: Page): Promise<void> {
  await page.setViewportSize({ width: 360, height: 800 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width, `${page.url()} at 360 px`).toBeLessThanOrEqual(360);
  await expectNoViolation(page, "light", (axe) => axe.withTags(RULES));
  await page.setViewportSize({ width: 1440, height: 1000 });
}

/** A screen as it opens: accessible in both themes, and at the width of a small telephone. */
export async function expectScreen(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole("main").waitFor();
  await expectAccessible(page);
  await expectFits(page);
}
