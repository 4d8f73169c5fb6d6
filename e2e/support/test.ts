import { test as base, expect, type Page } from "@playwright/test";
import { expectAccessible, expectFits } from "./accessible";
import { TestConsole } from "./console";

export { expect, expectAccessible, expectFits };

type WorkerFixtures = { console: TestConsole };
type TestFixtures = { owner: Page; printedOnFailure: undefined };

const LOST = "the tab lost its title: ";

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
  page: async ({ page }, use) => {
    const lost: string[] = [];
    page.on("console", (message) => {
      if (message.text().startsWith(LOST)) lost.push(message.text());
    });
    await page.addInitScript(watchTitle, LOST);
    await use(page);
    expect(lost).toEqual([]);
  },
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

/** A screen as it opens: accessible in both themes, and at the width of a small telephone. */
export async function expectScreen(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole("main").waitFor();
  await expectAccessible(page);
  await expectFits(page);
}

/** Says in the browser's console when a page that had a title has none: a refresh brings each page another one. */
function watchTitle(lost: string): void {
  let had = { title: "", path: "" };
  // A page that takes its question out of its address has moved: its title goes and comes as with any other step.
  const moved = new Set<string>();
  new MutationObserver(() => {
    const has = { title: document.title, path: location.pathname };
    if (location.search) moved.add(has.path);
    const isSame = had.path === has.path && !moved.has(has.path);
    if (isSame && had.title && !has.title) console.info(`${lost}${had.title}, ${had.path}`);
    had = has;
  }).observe(document, { childList: true, subtree: true });
}
