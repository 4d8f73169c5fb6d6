import { connectGitHub, createApp, createProject, expectLive, unique } from "./support/steps";
import { expect, expectAccessible, test } from "./support/test";

test("where the account may not manage webhooks, a person enters one: shown once, waited for, received, deployed", async ({
  owner: page,
  console,
}) => {
  const { admin, apiUrl } = console.forge;
  const [owner, reader] = [unique("owner"), unique("reader")];
  for (const login of [owner, reader]) await admin.createUser({ login });
  const files = { "index.html": "first" };
  const { fullName } = await admin.createRepository({ owner, name: "shop", private: true, files });
  await admin.addCollaborator(fullName, reader, "read");
  const project = await createProject(page);
  await connectGitHub(page, project, reader);
  const app = await createApp(page, project, { repository: fullName });
  await expectLive(page, 1);

  await page.goto(`${app}/settings/git`);
  const panel = page.getByRole("region", { name: `Webhook of ${fullName}` });
  await expect(panel.getByText("Waiting for the first delivery…")).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 360, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await page.setViewportSize({ width: 1440, height: 1000 });

  await panel.getByRole("button", { name: "Show the secret" }).click();
  const secret = await panel.getByRole("textbox", { name: "Secret", exact: true }).inputValue();
  expect(secret).toMatch(/^[\w-]{43}$/);
  console.leaks.secrets.addShownOnce("hook secret", secret);
  const url = await panel.getByRole("textbox", { name: "Payload URL", exact: true }).inputValue();
  await expectAccessible(page);

  const { token } = await admin.issueToken(owner, ["repo"]);
  const entered = await fetch(`${apiUrl}/repos/${fullName}/hooks`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ config: { url, content_type: "json", secret }, events: ["push"] }),
  });
  expect(entered.status).toBe(201);
  await expect(panel.getByText("It was a test.")).toBeVisible();
  await expect(panel.getByText(/^Received, /)).toBeVisible();
  await admin.commitFiles(fullName, "main", { "index.html": "second" }, { message: "Told by the webhook" });
  await expect(panel.getByText("It told of a push.")).toBeVisible();

  await page.reload();
  await expect(panel.getByRole("button", { name: "Show a new secret" })).toBeVisible();
  expect(await page.content()).not.toContain(secret);
  await page.goto(app);
  await expectLive(page, 2);
});
