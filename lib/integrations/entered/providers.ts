import { and, eq, inArray, sql } from "drizzle-orm";
import { integrations, prepared } from "@/db";
import { type ProjectContext, requirePermission } from "@/lib/access";
import { CONNECTED } from "@/lib/credentials";
import type { EnteredProviderView } from "@/lib/integrations/views";
import { sourceProviders } from "@/lib/providers";

/** The services that are connected by what a person enters, each with what its kinds of host call their credentials. */
export async function listEnteredProviders(ctx: ProjectContext): Promise<EnteredProviderView[]> {
  requirePermission(ctx, "project.view");
  const connected = await countByProvider(ctx.projectId);
  return sourceProviders().flatMap(({ id, name, enables, authorization }) =>
    authorization.kind === "credentials"
      ? [
          {
            provider: id,
            name,
            enables,
            hostKinds: [...authorization.hostKinds],
            connected: connected.get(id) ?? 0,
          },
        ]
      : [],
  );
}

const NUMBERS = prepared((database) =>
  database
    .select({ provider: integrations.provider, number: sql<number>`count(*)::int` })
    .from(integrations)
    .where(
      and(
        eq(integrations.projectId, sql.placeholder("projectId")),
        inArray(integrations.status, [...CONNECTED]),
      ),
    )
    .groupBy(integrations.provider)
    .prepare("connected-by-provider"),
);

async function countByProvider(projectId: string): Promise<Map<string, number>> {
  const rows = await NUMBERS().execute({ projectId });
  return new Map(rows.map(({ provider, number }) => [provider, number]));
}
