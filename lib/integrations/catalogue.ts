import { asc } from "drizzle-orm";
import { prepared, providerInstances } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { disabledSentence } from "@/lib/credentials";
import { callbackUrl, toInstance } from "@/lib/instances";
import { accessChoices } from "@/lib/integrations/authorization/access-choices";
import { countConnected } from "@/lib/integrations/count-connected";
import type { CatalogueEntry } from "@/lib/integrations/views";
import { sourceProvider } from "@/lib/providers";

type Row = typeof providerInstances.$inferSelect;

/**
 * What can be connected to this project, and what is missing where it cannot be used yet. What is disabled is left out, unless
 * something is connected there: then it says so.
 */
export async function getCatalogue(ctx: ProjectContext): Promise<CatalogueEntry[]> {
  requirePermission(ctx, "project.view");
  const [rows, { byInstance }] = await Promise.all([INSTANCES().execute(), countConnected(ctx.projectId)]);
  return rows
    .filter((row) => row.disabledAt === null || byInstance.has(row.id))
    .map((row) => toEntry(row, ctx.user.isInstanceAdmin, byInstance.get(row.id) ?? 0));
}

function toEntry(row: Row, isInstanceAdmin: boolean, connected: number): CatalogueEntry {
  const provider = sourceProvider(row.provider);
  const isReady = row.disabledAt === null && toInstance(row) !== null;
  return {
    instanceId: row.id,
    provider: row.provider,
    name: row.name,
    host: new URL(row.origin).host,
    enables: provider.enables,
    clientType: row.clientType,
    choices: accessChoices(row),
    isReady,
    problem: problemOf(row, provider.name, isReady),
    callbackUrl: isInstanceAdmin && row.disabledAt === null ? callbackUrl(row.id) : null,
    connected,
  };
}

function problemOf(row: Row, provider: string, isReady: boolean): string | null {
  if (row.disabledAt) return disabledSentence(row.name);
  if (!isReady) {
    return `An instance admin has to register an OAuth app at ${new URL(row.origin).host} first and enter its client under This instance.`;
  }
  if (!row.misconfiguredAt) return null;
  return `${provider} did not accept this console's client the last time. An instance admin can correct it under This instance.`;
}

const INSTANCES = prepared((database) =>
  database
    .select()
    .from(providerInstances)
    .orderBy(asc(providerInstances.createdAt))
    .prepare("instances-of-catalogue"),
);
