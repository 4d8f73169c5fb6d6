import { connectFresh, createApp, createProject, expectLive, expectSite, siteAddress } from "./support/steps";
import { expect, test } from "./support/test";

test("a build that fails ends in words, keeps what is live, and the next push mends it", async ({
  owner: page,
  console,
}) => {
  const { admin } = console.forge;
  const project = await createProject(page);
  const owner = await connectFresh(page, console, project);
  const repository = `${owner}/shop`;
  const files = (script: string) => ({ "build.sh": script });
  await admin.createRepository({
    owner,
    name: "shop",
    files: files("mkdir -p out && echo first > out/index.html\n"),
  });
  const app = await createApp(page, project, { repository, build: "sh build.sh", output: "out" });
  await expectLive(page, 1);
  const address = await siteAddress(page);

  await admin.commitFiles(repository, "main", files("echo Prices do not add up >&2; exit 3\n"), {
    message: "Break it",
  });
  const row = page.getByRole("table", { name: "Deployments" }).getByRole("row", { name: /^2\b/ });
  await expect(row.getByText("Failed")).toBeVisible();
  await row.getByRole("link").first().click();
  await expect(page.getByText(/ended with code 3/).first()).toBeVisible();
  await expect(page.getByText(/stays live/)).toBeVisible();
  await expect(page.getByRole("log")).toContainText("Prices do not add up");
  await expectSite(console, address, "first");

  await page.goto(app);
  await admin.commitFiles(repository, "main", files("mkdir -p out && echo mended > out/index.html\n"), {
    message: "Mend it",
  });
  await expectLive(page, 3);
  await expectSite(console, address, "mended");
});

test("an install step that cannot reach anything but the registry fails soon, and says so", async ({
  owner: page,
  console,
}) => {
  const { admin } = console.forge;
  const project = await createProject(page);
  const owner = await connectFresh(page, console, project);
  await admin.createRepository({
    owner,
    name: "shop",
    files: { "package.json": "{ broken", "index.html": "x" },
  });
  await createApp(page, project, { repository: `${owner}/shop`, install: "npm ci", build: "true" });
  const row = page.getByRole("table", { name: "Deployments" }).getByRole("row", { name: /^1\b/ });
  await expect(row.getByText("Failed")).toBeVisible({ timeout: 45_000 });
});
