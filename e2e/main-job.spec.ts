import type { TestConsole } from "./support/console";
import {
  connectFresh,
  createApp,
  createProject,
  expectLive,
  expectSite,
  siteAddress,
  unique,
} from "./support/steps";
import { expect, test } from "./support/test";

/** A repository with these files, of the account that its name begins with. */
async function make(console: TestConsole, repository: string, files: Record<string, string>): Promise<void> {
  const [owner = "", name = ""] = repository.split("/");
  await console.forge.admin.createRepository({ owner, name, files });
}

const page1 = (text: string) => ({ "index.html": `<!doctype html><title>${text}</title><h1>${text}</h1>` });

test("from sign-in to live: connect, choose a repository, deploy, push, live again without touching the console", async ({
  owner: page,
  console,
}) => {
  const project = await createProject(page);
  const repository = `${await connectFresh(page, console, project)}/shop`;
  await make(console, repository, page1("first"));
  await createApp(page, project, { repository });

  await expectLive(page, 1);
  const site = await siteAddress(page);
  await expectSite(console, site, "first");

  const commit = await console.forge.admin.commitFiles(repository, "main", page1("second"), {
    message: "Say second",
  });
  await expectLive(page, 2);
  await expectSite(console, site, "second");
  await expect(page.getByText(commit.slice(0, 7)).first()).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "Say second" })).toContainText("hook");
});

test("a push to another branch deploys nothing, and the page says why", async ({ owner: page, console }) => {
  const project = await createProject(page);
  const repository = `${await connectFresh(page, console, project)}/shop`;
  await make(console, repository, page1("main only"));
  await createApp(page, project, { repository });
  await expectLive(page, 1);

  await console.forge.admin.createBranch(repository, "feature/cart");
  await console.forge.admin.commitFiles(repository, "feature/cart", page1("not yet"), {
    message: "Try a cart",
  });
  const push = page.getByRole("listitem").filter({ hasText: "Try a cart" });
  await expect(push).toContainText("main");
  await expect(push.getByRole("link", { name: /Deployment/ })).toHaveCount(0);
  await expectSite(console, await siteAddress(page), "main only");
});

test("install and build commands run in the sandbox, with the registry for the install step alone", async ({
  owner: page,
  console,
}) => {
  const project = await createProject(page);
  await connectFresh(page, console, project);
  await createApp(page, project, {
    repository: "tidepool/storefront",
    name: unique("storefront"),
    install: "npm ci",
    build: "npm run build",
    output: "dist",
  });
  await expectLive(page, 1);
  await page.getByRole("table", { name: "Deployments" }).getByRole("link").first().click();
  await expect(page.getByRole("log")).toContainText("npm run build");
  await expect(page.getByText("Live", { exact: true }).first()).toBeVisible();
  expect(
    (await console.visit((await page.getByRole("link", { name: "Visit" }).getAttribute("href")) as string))
      .status,
  ).toBe(200);
});

test("two apps follow two directories of one repository", async ({ owner: page, console }) => {
  const project = await createProject(page);
  const repository = `${await connectFresh(page, console, project)}/mono`;
  await make(console, repository, { "apps/web/index.html": "web here", "apps/docs/index.html": "docs here" });
  for (const part of ["web", "docs"]) {
    await createApp(page, project, {
      repository,
      rootDirectory: `apps/${part}`,
      name: part,
    });
    await expectLive(page, 1);
    await expectSite(console, await siteAddress(page), `${part} here`);
  }
});
