import { connectFresh, createApp, createProject, expectLive, expectSite, siteAddress } from "./support/steps";
import { expect, test } from "./support/test";

test("where the provider cannot reach the console, the page says so and polling finds the push", async ({
  owner: page,
  console,
}) => {
  const { admin } = console.forge;
  await admin.fault({
    match: { method: "POST", path: `/api/v3/**/hooks` },
    action: { kind: "refuse_hook", reason: "unreachable" },
    count: 1,
  });
  const project = await createProject(page);
  const owner = await connectFresh(page, console, project);
  const repository = `${owner}/shop`;
  await admin.createRepository({ owner, name: "shop", files: { "index.html": "first" } });
  await createApp(page, project, { repository });
  await expectLive(page, 1);
  expect(await admin.hooks(repository)).toEqual([]);
  await expect(page.getByText(/every|asks|polled|minute/i).first()).toBeVisible();

  await admin.commitFiles(repository, "main", { "index.html": "second" }, { message: "Found by asking" });
  await expectSite(console, await siteAddress(page), "second");
  await expect(page.getByRole("listitem").filter({ hasText: "found by polling" })).toBeVisible();
});
