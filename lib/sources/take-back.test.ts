import type { IncomingMessage, ServerResponse } from "node:http";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cleanups, db, hooks, integrations, repositories } from "@/db";
import { removeIntegration, runDueCleanups } from "@/lib/integrations";
import { addBoundApp } from "@/lib/testing/bound-app";
import { useTestDatabase } from "@/lib/testing/database";
import { addDesk } from "@/lib/testing/forge";
import { type GitHost, startGitHost } from "@/lib/testing/git-host";
import { addGitIntegration } from "@/lib/testing/git-integration";

process.env.EGRESS_ALLOW = "127.0.0.0/8, ::1";

useTestDatabase();
const WAIT = { timeout: 20_000 };
const forever = new AbortController().signal;
let host: GitHost;
/** The webhooks at the host, a registration that it keeps waiting, and what it answers to a deletion. */
let registered: { id: number; url: string }[] = [];
let register: (() => void) | null = null;
let onDelete = 204;

beforeAll(async () => {
  host = await startGitHost();
  host.accounts.set("ada", "token");
  host.before = answer;
});
beforeEach(() => {
  [registered, register, onDelete] = [[], null, 204];
  host.requests.length = 0;
});
afterAll(() => host.close());

/** A GitLab, as far as it is asked here; git itself is answered by git. */
function answer(request: IncomingMessage, response: ServerResponse): boolean {
  const { method = "", url = "", headers } = request;
  const say = (status: number, body: unknown = {}, more = {}) =>
    response.writeHead(status, more).end(JSON.stringify(body));
  if (url === "/api/v4/version") say(401, { message: "401 Unauthorized" });
  else if (url.endsWith("/api/v4/version")) say(404);
  else if (url.includes(".git/") && !headers.authorization) {
    say(401, {}, { "www-authenticate": 'Basic realm="GitLab"' });
  } else if (!url.startsWith("/api/v4/projects/")) return false;
  else if (method === "GET") say(200, registered);
  else if (method === "DELETE") {
    if (onDelete === 204) registered = registered.filter(({ id }) => !url.endsWith(`/hooks/${id}`));
    say(onDelete, { message: "as the test wants it" });
  } else void keepWaiting(request, say);
  return true;
}

async function keepWaiting(
  request: IncomingMessage,
  say: (status: number, body: unknown) => void,
): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { url } = JSON.parse(Buffer.concat(parts).toString()) as { url: string };
  register = () => {
    const made = { id: registered.length + 1, url, signing_token_present: true };
    registered.push(made);
    say(201, made);
  };
}

/** An integration that is removed, and cleaned up after, while the host has not answered to a registration. */
async function scene(path: string) {
  host.addRepository(path, { "index.html": "one" });
  const desk = await addDesk();
  const given = { kind: "gitlab", origin: host.origin, ca: host.ca, user: "ada", token: "token" };
  const integrationId = await addGitIntegration(desk, given);
  const bound = addBoundApp(desk, { integrationId, repository: `${host.origin}/${path}` });
  await expect.poll(() => register !== null, WAIT).toBe(true);
  const remove = async () => {
    await removeIntegration(desk.ctx, { integrationId, confirmName: "ada" });
    const mine = eq(cleanups.integrationId, integrationId);
    await db()
      .update(cleanups)
      .set({ attemptAt: new Date(0) })
      .where(mine);
    await runDueCleanups(forever);
    expect(await db().select().from(cleanups).where(mine)).toMatchObject([{ outcome: "already_gone" }]);
  };
  return { integrationId, bound, remove };
}

describe("a webhook whose registration ends", () => {
  test("after its integration was removed, and the host searched for it, is deleted by whoever registered it", async () => {
    const { bound, remove } = await scene("team/late");
    await remove();
    register?.();
    const { repositoryId } = await bound;
    expect(host.requests.map(({ line }) => line).at(-1)).toBe("DELETE /api/v4/projects/team%2Flate/hooks/1");
    expect(registered).toEqual([]);
    expect(await db().select().from(hooks).where(eq(hooks.repositoryId, repositoryId))).toEqual([]);
  });

  test.each([403, 500])(
    "then, and is not deleted for an answer of %i, troubles nobody: neither app nor repository",
    async (status) => {
      const { bound, remove, integrationId } = await scene(`team/kept-${status}`);
      await remove();
      onDelete = status;
      register?.();
      const { repositoryId } = await bound;
      const [repository] = await db().select().from(repositories).where(eq(repositories.id, repositoryId));
      expect(repository?.goneAt).toBeNull();
      const [row] = await db().select().from(integrations).where(eq(integrations.id, integrationId));
      expect(row?.status).toBe("removed");
    },
  );

  test("while another process looks after it is left to that one", async () => {
    const { bound, integrationId } = await scene("team/other");
    await db()
      .update(hooks)
      .set({ leaseToken: "of another process" })
      .where(eq(hooks.integrationId, integrationId));
    register?.();
    await bound;
    expect(registered).toHaveLength(1);
    expect(host.requests.filter(({ line }) => line.startsWith("DELETE"))).toEqual([]);
  });
});
