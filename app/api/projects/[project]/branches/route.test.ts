import { NextRequest } from "next/server";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { GET } from "@/app/api/projects/[project]/branches/route";
import { db } from "@/db";
import { createLink, signInWithLink } from "@/lib/auth";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk, addInstance, connect, type Desk, useForge } from "@/lib/testing/forge";
import { type GitHost, startGitHost } from "@/lib/testing/git-host";
import { addGitIntegration } from "@/lib/testing/git-integration";
import { newBrowser } from "@/lib/testing/request";

vi.mock("next/headers", async () => (await import("@/lib/testing/request")).nextHeaders);
process.env.EGRESS_ALLOW = "127.0.0.0/8, ::1";
useTestDatabase();
const { forge } = useForge();

let host: GitHost;
let desk: Desk;
beforeAll(async () => {
  host = await startGitHost();
  host.accounts.set("deploy", "token-of-this-test");
});
afterAll(() => host.close());
beforeEach(async () => {
  newBrowser();
  desk = await addDesk();
  const { token } = await createLink(db(), { purpose: "sign_in", userId: desk.person.id, minutes: 5 });
  await signInWithLink({ token: token.reveal() });
});

async function ask(integration: string, repository: string, query = "") {
  const parameters = new URLSearchParams({ integration, repository, q: query });
  const request = new NextRequest(`http://localhost:3000/api/x?${parameters}`);
  const response = await GET(request, { params: Promise.resolve({ project: desk.projectId }) });
  return { status: response.status, body: await response.json() };
}

const connectHost = (owner: Desk) =>
  addGitIntegration(owner, {
    ...{ kind: "other", origin: host.origin, ca: host.ca },
    ...{ user: "deploy", token: "token-of-this-test" },
  });

describe("the branches of a repository, as the picker asks for them", () => {
  test("are found at a Git host, whose repositories are known by their address", async () => {
    const commit = host.addRepository("team/shop", { "index.html": "one" });
    const answer = await ask(await connectHost(desk), `${host.origin}/team/shop`, "mai");
    expect(answer).toMatchObject({
      status: 200,
      body: { items: [{ name: "main", commit }], isCut: false, fetchedAt: expect.any(String) },
    });
  });

  test("are found at GitHub, whose repositories are known by a number", async () => {
    const instance = await addInstance(forge());
    const login = `picker-${Date.now().toString(36)}`;
    await forge().admin.createUser({ login });
    const { id } = await forge().admin.createRepository({ owner: login, name: "shop" });
    const integrationId = await connect(desk, instance, { login });
    expect(await ask(integrationId, String(id))).toMatchObject({
      status: 200,
      body: { items: [{ name: "main" }], isCut: false },
    });
    for (const wrong of ["../user", "..", `${host.origin}/team/shop`])
      expect((await ask(integrationId, wrong)).status, wrong).toBeGreaterThanOrEqual(400);
  });

  test("are cut where there are too many to look through, and that is said", async () => {
    const commit = host.addRepository("team/many", { "index.html": "one" });
    const create = Array.from({ length: 199 }, (_, i) => `create refs/heads/topic-${i} ${commit}\n`);
    host.git("team/many", ["update-ref", "--stdin"], create.join(""));
    const integrationId = await connectHost(desk);
    const address = `${host.origin}/team/many`;
    const whole = await ask(integrationId, address);
    expect([whole.body.items.length, whole.body.isCut]).toEqual([200, false]);
    host.git("team/many", ["update-ref", "refs/heads/one-more", commit]);
    const cut = await ask(integrationId, address);
    expect([cut.body.items.length, cut.body.isCut]).toEqual([200, true]);
    expect((await ask(integrationId, address, "one-mo")).body).toMatchObject({
      items: [{ name: "one-more" }],
      isCut: false,
    });
  });

  test("are asked for nowhere but at the integration's own host, and with no other project's integration", async () => {
    host.addRepository("team/site", { "index.html": "one" });
    const integrationId = await connectHost(desk);
    host.requests.length = 0;
    for (const elsewhere of [
      "https://127.0.0.1:9/team/site",
      "https://localhost/x",
      "file:///etc",
      "no address",
    ])
      expect((await ask(integrationId, elsewhere)).status, elsewhere).toBeGreaterThanOrEqual(400);
    const foreign = await ask(await connectHost(await addDesk()), `${host.origin}/team/site`);
    const unknown = await ask("int_00000000000000000000", `${host.origin}/team/site`);
    expect(foreign).toEqual(unknown);
    expect(foreign.status).toBe(409);
    expect(host.requests).toEqual([]);
    expect((await ask(integrationId, "x".repeat(601))).body.message).toBe(
      "Choose a repository from the list.",
    );
  });
});
