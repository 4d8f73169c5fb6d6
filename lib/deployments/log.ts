import { db, run } from "@/db";
import type { LogLine, StoredLogLine } from "@/db/schema";
import { env } from "@/lib/env";

/** "full": the log has reached BUILD_LOG_BYTES and these lines were not kept. "lost": so is the lease. */
export type Appended = "kept" | "full" | "lost";

// The row's counters number the lines, so that a worker that took over goes on where the other one ended.
const APPEND = {
  name: "append-log",
  text: `with counted as (
      update deployments set log_lines = log_lines + $3, log_bytes = log_bytes + $4
      where id = $1 and lease_token = $2 and status = 'building' and log_bytes < $6
      returning id, project_id, app_id, log_lines - $3 + 1 as first_line
    ), kept as (
      insert into deployment_logs (deployment_id, first_line, lines) select id, first_line, $5 from counted
    )
    select pg_notify('console', jsonb_build_object(
      'kind', 'log', 'project', project_id, 'app', app_id, 'deployment', id)::text) from counted`,
};

const HOLDS = {
  name: "holds-lease",
  text: "select 1 from deployments where id = $1 and lease_token = $2 and status = 'building'",
};

/** Appends lines to the log of a deployment that this worker holds. They have to be redacted already. */
export async function appendLog(
  id: string,
  leaseToken: string,
  lines: readonly StoredLogLine[],
): Promise<Appended> {
  if (lines.length === 0) return "kept";
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line.text) + 1, 0);
  const stored = JSON.stringify(lines.map(storable));
  const limit = env().BUILD_LOG_BYTES;
  const rows = await run(db(), APPEND, [id, leaseToken, lines.length, bytes, stored, limit]);
  if (rows.length === 1) return "kept";
  return (await run(db(), HOLDS, [id, leaseToken])).length === 1 ? "full" : "lost";
}

/** PostgreSQL cannot hold a NUL nor half of a character; a build can print both. */
const storable = ({ at, stream, text }: StoredLogLine): StoredLogLine => ({
  at,
  stream,
  text: Buffer.from(text.replaceAll("\u0000", "\u2400")).toString(),
});

const READ = {
  name: "read-log",
  text: `select first_line as "firstLine", lines from deployment_logs
    where deployment_id = $1 and first_line >= coalesce(
      (select max(first_line) from deployment_logs where deployment_id = $1 and first_line <= $2 + 1), 0)
    order by first_line limit $3`,
};

const CHUNKS = 64;
const MAX_LINES = 2000;
const MAX_BYTES = 512 * 1024;

/** Lines after number `after`, at most 2000 or about half a mebibyte of them. Numbers have no gaps. */
export async function readLines(id: string, after: number): Promise<LogLine[]> {
  const chunks = await run<{ firstLine: number; lines: StoredLogLine[] }>(db(), READ, [id, after, CHUNKS]);
  const lines: LogLine[] = [];
  let bytes = 0;
  for (const { firstLine, lines: stored } of chunks) {
    for (const [index, line] of stored.entries()) {
      const n = firstLine + index;
      if (n <= after) continue;
      lines.push({ n, ...line });
      bytes += line.text.length;
      if (lines.length >= MAX_LINES || bytes >= MAX_BYTES) return lines;
    }
  }
  return lines;
}
