import { beforeEach, expect, test } from "vitest";
import { db } from "@/db";
import { type IntegrationEvent, transition } from "@/lib/credentials";
import { openIncident, openLeftover } from "@/lib/credentials/incidents";
import { listIncidents } from "@/lib/integrations";
import { useTestDatabase } from "@/lib/testing/database";
import { addIntegration, addSite, type Site } from "@/lib/testing/factories";
import { addGitIntegration } from "@/lib/testing/git-integration";

useTestDatabase();
let site: Site;

beforeEach(async () => {
  site = await addSite();
});

const happen = (...events: IntegrationEvent[]) =>
  db().transaction(async (tx) => {
    for (const event of events) await transition(tx, site, event);
  });
const warn = (days: number) => db().transaction((tx) => openIncident(tx, site, { kind: "expiring", days }));

test("an integration that needs somebody is one incident, with its sentence and the apps that wait", async () => {
  expect(await listIncidents(site.ctx)).toEqual([]);
  await happen({ kind: "lost", reason: "revoked" }, { kind: "lost", reason: "expired" });
  expect(await listIncidents(site.ctx)).toMatchObject([
    {
      integrationId: site.integrationId,
      kind: "needs_reauthorization",
      account: "octocat",
      sentence: expect.stringMatching(/^GitHub says this token was revoked\./),
      apps: [{ id: site.appId }],
    },
  ]);
});

test("one that no app uses says so, and speaks of no app that would stop", async () => {
  const integrationId = await addIntegration(site.projectId);
  const lost = { kind: "lost", reason: "revoked" } as const;
  await db().transaction((tx) => transition(tx, { ...site, integrationId }, lost));
  expect(await listIncidents(site.ctx)).toMatchObject([
    { sentence: "GitHub says this token was revoked. No app uses it." },
  ]);
});

test("it ends with the re-authorization or the removal, and the next loss is another one", async () => {
  await happen({ kind: "lost", reason: "revoked" });
  const [first] = await listIncidents(site.ctx);
  await happen({ kind: "reauthorized" });
  expect(await listIncidents(site.ctx)).toEqual([]);
  await happen({ kind: "lost", reason: "expired" });
  const [second] = await listIncidents(site.ctx);
  expect(second?.id).not.toBe(first?.id);
  await happen({ kind: "disconnected" });
  expect(await listIncidents(site.ctx)).toEqual([]);
});

test("an end that comes nearer is told once at each of its steps, and no more once it has come", async () => {
  expect([await warn(30), await warn(30), await warn(7), await warn(30), await warn(1)]).toEqual([
    true,
    false,
    true,
    false,
    true,
  ]);
  expect(await listIncidents(site.ctx)).toMatchObject([
    { kind: "expiring", days: 1, sentence: expect.stringMatching(/in less than a day/) },
  ]);
  await happen({ kind: "lost", reason: "expired" });
  expect(await listIncidents(site.ctx)).toMatchObject([{ kind: "needs_reauthorization" }]);
});

test("a Git host's is named by its address, once, and by its token that somebody entered", async () => {
  const integrationId = await addGitIntegration(site.ctx, {
    kind: "gitlab",
    origin: "https://git.example",
    user: "git.example/team/shop",
    token: "token-of-git-example",
  });
  await db().transaction((tx) => openIncident(tx, { ...site, integrationId }, { kind: "expiring", days: 7 }));
  expect(await listIncidents(site.ctx)).toMatchObject([
    {
      title: "The token of git.example/team/shop ends in less than 7 days",
      sentence: expect.stringMatching(/Enter a newer one/),
    },
  ]);
  await db().transaction((tx) =>
    transition(tx, { ...site, integrationId }, { kind: "lost", reason: "expired" }),
  );
  expect(await listIncidents(site.ctx)).toMatchObject([
    { title: "git.example/team/shop has to be authorized again" },
  ]);
});

test("another project sees nothing of it", async () => {
  await happen({ kind: "lost", reason: "revoked" });
  const other = await addSite();
  expect(await listIncidents(other.ctx)).toEqual([]);
});

test("a viewer sees what does not work, and nothing of expiry or webhooks", async () => {
  const viewer = { ...site.ctx, role: "viewer" } as typeof site.ctx;
  await warn(7);
  await db().transaction((tx) => openLeftover(tx, { ...site, origin: "https://git.example" }));
  expect((await listIncidents(site.ctx)).map(({ kind }) => kind).sort()).toEqual([
    "cleanup_gave_up",
    "expiring",
  ]);
  expect(await listIncidents(viewer)).toEqual([]);
  await happen({ kind: "lost", reason: "expired" });
  expect(await listIncidents(viewer)).toMatchObject([{ kind: "needs_reauthorization" }]);
});
