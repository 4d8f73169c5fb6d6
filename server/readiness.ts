import { setTimeout as delay } from "node:timers/promises";
import { desc, sql } from "drizzle-orm";
import { db, workers } from "@/db";
import journal from "@/db/migrations/meta/_journal.json";

const ANSWER_WITHIN_MS = 2000;
const HEARTBEAT_WITHIN_SECONDS = 15;

/** One thing that the console needs; `detail` says in words what is wrong, or what there is. */
export type Check = { ok: boolean; detail: string };
export type Readiness = {
  isReady: boolean;
  checks: { database: Check; migrations: Check; worker: Check; git: Check; sandbox: Check };
};

const unknown: Check = { ok: false, detail: "Unknown until the worker reports." };
const unread: Check = { ok: false, detail: "Unknown while the database is not reachable." };

/**
 * Whether a push would go live now. Without a sandbox the console is still ready, since sites without a build command
 * deploy; `sandbox` says so.
 */
export async function readiness(): Promise<Readiness> {
  const checks = await withinTime(readChecks()).catch(unreachable);
  const { database, migrations, worker, git } = checks;
  return { isReady: database.ok && migrations.ok && worker.ok && git.ok, checks };
}

async function withinTime<T>(answer: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = delay(ANSWER_WITHIN_MS, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error("no answer in time");
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
    answer.catch(() => undefined);
  }
}

async function readChecks(): Promise<Readiness["checks"]> {
  const migrations = await readMigrations();
  const seen = migrations.ok ? await readWorker() : { worker: unknown, git: unknown, sandbox: unknown };
  return { database: { ok: true, detail: "Reachable." }, migrations, ...seen };
}

const unreachable = (): Readiness["checks"] => ({
  database: { ok: false, detail: "Not reachable." },
  migrations: unread,
  worker: unread,
  git: unread,
  sandbox: unread,
});

async function readMigrations(): Promise<Check> {
  const wanted = Math.max(...journal.entries.map((entry) => entry.when));
  const found = await db()
    .execute<{ at: string | null }>(sql`select max(created_at) as at from drizzle.__drizzle_migrations`)
    .catch(ignoreMissingTable);
  const isCurrent = Number(found?.rows[0]?.at ?? 0) >= wanted;
  return { ok: isCurrent, detail: isCurrent ? "Up to date." : "Not applied. Restart the console." };
}

/** Before the first migration there is no table of migrations: that is an answer, not a failure. */
function ignoreMissingTable(error: unknown): undefined {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "42P01" || code === "3F000") return undefined;
  throw error;
}

async function readWorker() {
  const [latest] = await db()
    .select({
      seconds: sql<number>`extract(epoch from now() - ${workers.seenAt})::float8`,
      gitVersion: workers.gitVersion,
      sandbox: workers.sandbox,
      sandboxDetail: workers.sandboxDetail,
    })
    .from(workers)
    .orderBy(desc(workers.seenAt))
    .limit(1);
  if (!latest)
    return { worker: { ok: false, detail: "No worker has reported." }, git: unknown, sandbox: unknown };
  const isBeating = latest.seconds < HEARTBEAT_WITHIN_SECONDS;
  const since = `${Math.max(0, Math.round(latest.seconds))} s ago`;
  return {
    worker: { ok: isBeating, detail: `Last seen ${since}.` },
    git: { ok: latest.gitVersion !== null, detail: latest.gitVersion ?? "The worker found no git." },
    sandbox: {
      ok: latest.sandbox !== "missing",
      detail: latest.sandboxDetail ?? `Commands run with: ${latest.sandbox}.`,
    },
  };
}
