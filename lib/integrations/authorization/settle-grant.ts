import { eq } from "drizzle-orm";
import { db, integrations, pendingGrants } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { isConsoleError } from "@/lib/errors";
import { type Confirmed, confirmAuthorization } from "@/lib/integrations/authorization/confirm";
import { withdrawById } from "@/lib/integrations/authorization/due-grants";
import { AuthorizationFailed } from "@/lib/integrations/authorization/failed";
import { tryRepositories } from "@/lib/integrations/authorization/try-repositories";
import { weighGrant } from "@/lib/integrations/authorization/weigh";
import type { Grant } from "@/lib/providers";

type Waiting = { grantId: string; integrationId: string };
/** It is in place, or its person is asked first. */
export type GrantOutcome = ({ kind: "confirmed" } & Confirmed) | ({ kind: "asks" } & Waiting);

/**
 * Tries a waiting grant on the integration's repositories. Where nothing at all would break it is put in place without another
 * click; otherwise it goes on waiting for its person. `manager` answers with the person's context as it is after the trial. Throws
 * AuthorizationFailed; nothing then waits any more.
 */
export async function settleGrant(
  waiting: Waiting,
  grant: Grant,
  manager: () => Promise<ProjectContext>,
): Promise<GrantOutcome> {
  try {
    const checks = await tryRepositories(grant, waiting.integrationId);
    await db().update(pendingGrants).set({ checks }).where(eq(pendingGrants.id, waiting.grantId));
    const ctx = await manager();
    if (!(await isHarmless(waiting))) return { kind: "asks", ...waiting };
    return { kind: "confirmed", ...(await confirmAuthorization(ctx, waiting)) };
  } catch (error) {
    await withdrawById(waiting.grantId);
    if (!isConsoleError(error)) throw error;
    throw new AuthorizationFailed(error.code === "forbidden" ? "role" : "changed");
  }
}

async function isHarmless({ grantId }: Waiting): Promise<boolean> {
  const [found] = await db()
    .select({ row: pendingGrants, target: integrations })
    .from(pendingGrants)
    .innerJoin(integrations, eq(integrations.id, pendingGrants.integrationId))
    .where(eq(pendingGrants.id, grantId));
  // Superseded, or its integration is gone: confirming finds that out, and says it.
  return !found || (await weighGrant(db(), found.row, found.target)).isHarmless;
}
