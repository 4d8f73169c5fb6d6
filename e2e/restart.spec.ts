import { TestConsole } from "./support/console";
import {
  connectGitHub,
  createApp,
  createProject,
  expectLive,
  expectSite,
  siteAddress,
} from "./support/steps";
import { expect, signIn, test } from "./support/test";

test("after kill -9: still signed in, the site is there, the running build ends, a push made meanwhile is found", async ({
  page,
}) => {
  const console = await TestConsole.start();
  const { admin } = console.forge;
  const own = `${console.url}/`;
  try {
    await admin.createRepository({
      owner: "octocat",
      name: "slow",
      files: { "index.html": "first", "build.sh": "sleep 8\n" },
    });
    await admin.createRepository({ owner: "octocat", name: "plain", files: { "index.html": "one" } });
    await signIn(page, console, "Ada Brandt");
    const project = `${own}projects/${(await createProject(page, "Restart", own)).split("/").at(-1)}`;
    await connectGitHub(page, project);
    const plain = await createApp(page, project, { repository: "octocat/plain" });
    await expectLive(page, 1);
    const address = await siteAddress(page);
    const slow = await createApp(page, project, { repository: "octocat/slow", build: "sh build.sh" });
    await expect(page.getByText("Building").first()).toBeVisible({ timeout: 30_000 });

    // A page that finds nobody there loads itself again and again, also in the middle of what comes next.
    await page.goto("about:blank");
    await console.kill();
    await admin.commitFiles(
      "octocat/plain",
      "main",
      { "index.html": "two" },
      { message: "While it was away" },
    );
    await console.boot();

    await page.goto(new URL(plain, own).href);
    await expect(page.getByRole("heading", { name: "plain", exact: true })).toBeVisible();
    await expectLive(page, 2);
    await expectSite(console, address, "two");
    await expect(page.getByRole("listitem").filter({ hasText: "While it was away" })).toBeVisible();
    await page.goto(new URL(slow, own).href);
    await expectLive(page, 1);
    expect(await console.stop()).toBe(0);
  } finally {
    await console.close();
  }
});
