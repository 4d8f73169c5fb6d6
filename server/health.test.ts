import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db, newId, workers } from "@/db";
import { useTestDatabase } from "@/lib/testing/database";
import { handleHealth } from "@/server/health";

useTestDatabase();
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    void handleHealth(request, response).then((isAnswered) => {
      if (!isAnswered) response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => db().delete(workers));

async function ask(path: string) {
  const response = await fetch(`${url}${path}`);
  return { status: response.status, body: await response.json() };
}

async function report(worker: { secondsAgo?: number; gitVersion?: string | null; sandbox?: string }) {
  const { secondsAgo = 0, gitVersion = "2.39.5", sandbox = "bubblewrap" } = worker;
  const seenAt = sql`now() - make_interval(secs => ${secondsAgo})`;
  await db()
    .insert(workers)
    .values({ id: newId("wrk"), name: "w", gitVersion, sandbox, seenAt });
}

describe("/api/ready", () => {
  test("says yes when the database is migrated and a worker with git has reported", async () => {
    await report({});
    const { status, body } = await ask("/api/ready?from=probe");
    expect(status).toBe(200);
    expect(body.isReady).toBe(true);
    expect(Object.values(body.checks)).toHaveLength(5);
  });

  test("says no while no worker has reported, or none for 15 seconds, or it found no git", async () => {
    expect((await ask("/api/ready")).status).toBe(503);
    await report({ secondsAgo: 16 });
    const late = await ask("/api/ready");
    expect(late.status).toBe(503);
    expect(late.body.checks.worker.ok).toBe(false);
    await report({ gitVersion: null });
    const without = await ask("/api/ready");
    expect(without.status).toBe(503);
    expect(without.body.checks.git).toEqual({ ok: false, detail: "The worker found no git." });
  });

  test("says yes without a sandbox, since plain sites deploy, and names it", async () => {
    await report({ sandbox: "missing" });
    const { status, body } = await ask("/api/ready");
    expect(status).toBe(200);
    expect(body.checks.sandbox.ok).toBe(false);
  });

  test("says no when a migration of this build has not been applied", async () => {
    await report({});
    await db().transaction(async (tx) => {
      await tx.execute(sql`create table drizzle.kept as table drizzle.__drizzle_migrations`);
      await tx.execute(
        sql`delete from drizzle.__drizzle_migrations where id = (select max(id) from drizzle.kept)`,
      );
    });
    const behind = await ask("/api/ready");
    expect(behind.status).toBe(503);
    expect(behind.body.checks.migrations.ok).toBe(false);
    await db().execute(sql`drop table drizzle.__drizzle_migrations`);
    expect((await ask("/api/ready")).body.checks.database.ok).toBe(true);
    await db().execute(sql`alter table drizzle.kept rename to __drizzle_migrations`);
  });
});

describe("/api/health", () => {
  test("says that the process answers, and leaves every other path to others", async () => {
    expect(await ask("/api/health")).toMatchObject({ status: 200, body: { status: "ok" } });
    expect((await fetch(`${url}/api/healthy`)).status).toBe(404);
  });
});
