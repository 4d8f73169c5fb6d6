import type { Page } from "@playwright/test";
import { createProject } from "./support/steps";
import { expect, signIn, test } from "./support/test";

const UNKNOWN = "prj_00000000000000000000";

test("a foreign project and one that does not exist give the same answer", async ({
  owner: page,
  console,
  browser,
}) => {
  const project = await createProject(page);
  const context = await browser.newContext({ baseURL: console.url });
  const stranger = await context.newPage();
  await signIn(stranger, console, "Eve Stranger");
  for (const rest of ["", "/integrations", "/apps/new", "/members", "/activity", "/settings"]) {
    const foreign = await answer(stranger, `${project}${rest}`);
    const unknown = await answer(stranger, `/projects/${UNKNOWN}${rest}`);
    expect(foreign.status).toBe(404);
    expect(foreign).toEqual(unknown);
  }
  for (const rest of ["events", "repositories?integration=x&q=", "deployments/dep_x/log"]) {
    const foreign = await answer(stranger, `/api${project}/${rest}`);
    const unknown = await answer(stranger, `/api/projects/${UNKNOWN}/${rest}`);
    expect(foreign.status).toBe(404);
    expect(foreign).toEqual(unknown);
  }
  await context.close();
});

test("somebody who is not signed in is sent to the sign-in page, which comes back", async ({
  page,
  console,
  owner,
}) => {
  const project = await createProject(owner);
  await page.context().clearCookies();
  await page.goto(project);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await signIn(page, console, "Somebody Else");
});

/** Status and body, without the nonce and the path that was asked for. */
async function answer(page: Page, path: string): Promise<{ status: number; body: string }> {
  const response = await page.request.get(path);
  const asked = path.split("?")[0] ?? path;
  const body = (await response.text())
    .replaceAll(/nonce(=|\\":\\"|":")"?[A-Za-z0-9+/=_-]+/g, "nonce")
    .replaceAll(/prj_[0-9a-z]{20}/g, "prj")
    .replaceAll(asked, "path");
  return { status: response.status(), body };
}
