import { stripVTControlCharacters } from "node:util";
import { and, eq } from "drizzle-orm";
import { apps, db, deployments } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { readLines } from "@/lib/deployments/log";
import { hasEnded } from "@/lib/deployments/status";
import type { LogPage } from "@/lib/deployments/views";
import { notFound } from "@/lib/errors";

/** The part of a deployment's log after line `after` (0 for all), and whether more may come. */
export async function readLog(
  ctx: ProjectContext,
  deploymentId: string,
  { after }: { after: number },
): Promise<LogPage> {
  const { status, logLines } = await find(ctx, deploymentId);
  const lines = await readLines(deploymentId, after);
  const nextAfter = lines.at(-1)?.n ?? after;
  return { lines, nextAfter, hasMore: nextAfter < logLines, isEnded: hasEnded(status) };
}

/** The whole log as plain text, page by page; colours are left out. */
export async function* downloadLog(ctx: ProjectContext, deploymentId: string): AsyncGenerator<string> {
  await find(ctx, deploymentId);
  for (let after = 0; ; ) {
    const lines = await readLines(deploymentId, after);
    const last = lines.at(-1);
    if (!last) return;
    yield lines.map((line) => `${clock(line.at)} ${stripVTControlCharacters(line.text)}\n`).join("");
    after = last.n;
  }
}

/** How the downloaded file is called: the app's name and the deployment's number, in characters that every system takes. */
export async function logFileName(ctx: ProjectContext, deploymentId: string): Promise<string> {
  const { appName, number } = await find(ctx, deploymentId);
  return `${appName.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${number}.log.txt`;
}

async function find(ctx: ProjectContext, deploymentId: string) {
  requirePermission(ctx, "project.view");
  const [row] = await db()
    .select({
      appName: apps.name,
      number: deployments.number,
      status: deployments.status,
      logLines: deployments.logLines,
    })
    .from(deployments)
    .innerJoin(apps, eq(apps.id, deployments.appId))
    .where(and(eq(deployments.id, deploymentId), eq(deployments.projectId, ctx.projectId)));
  if (!row) throw notFound();
  return row;
}

/** `00:02.4`: minutes, seconds and tenths since the start. */
function clock(milliseconds: number): string {
  const tenths = Math.max(0, Math.floor(milliseconds / 100));
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${pad(Math.floor(tenths / 600))}:${pad(Math.floor(tenths / 10) % 60)}.${tenths % 10}`;
}
