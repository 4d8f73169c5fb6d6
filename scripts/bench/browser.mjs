import { ensureBrowser } from "../ensure-browser.mjs";

/** A browser for the measurements; as root Chromium needs to be told that it has no sandbox. */
export async function openBrowser() {
  const { chromium } = await import("@playwright/test");
  const args = process.getuid?.() === 0 ? ["--no-sandbox", "--disable-gpu"] : [];
  return chromium.launch({ executablePath: await ensureBrowser(), args });
}

/** Signs in by a one-time link and makes a project. @returns the cookie header and the project's path */
export async function signInWithProject(browser, { url, link }) {
  const context = await browser.newContext({ baseURL: url });
  const page = await context.newPage();
  await page.goto(link);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.waitForURL(`${url}/`);
  await page.goto("/projects/new");
  await page.getByLabel("Name").fill("bench");
  await page.getByRole("button", { name: "Create project" }).click();
  await page.waitForURL(/\/projects\/prj_[0-9a-z]+$/);
  const project = new URL(page.url()).pathname;
  const state = await context.storageState();
  await context.close();
  return { project, state, cookie: state.cookies.map(({ name, value }) => `${name}=${value}`).join("; ") };
}

/** Kilobytes of JavaScript, as sent, that a browser with an empty cache loads for one page. */
export async function scriptKilobytes(browser, url, storageState) {
  const context = await browser.newContext(storageState ? { storageState } : {});
  const page = await context.newPage();
  const scripts = [];
  page.on("requestfinished", (request) => {
    if (request.resourceType() === "script") scripts.push(request.sizes());
  });
  await page.goto(url, { waitUntil: "load" });
  const sizes = await Promise.all(scripts);
  await context.close();
  return sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0) / 1024;
}
