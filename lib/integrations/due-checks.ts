import { eq, sql } from "drizzle-orm";
import { db, integrations, run } from "@/db";
import { systemActor } from "@/lib/access";
import { CredentialUnavailable, followedThrough, withCredential } from "@/lib/credentials";
import { reportUnexpected } from "@/lib/log";
import { type Grant, ProviderUnauthorized, ProviderUnavailable, sourceProvider } from "@/lib/providers";

type Due = { id: string; projectId: string };

/** Taken by moving it ahead: another worker finds it again only when this one did not end. */
const CLAIM = {
  name: "claim-integration-checks",
  text: `update integrations set check_at = now() + interval '2 minutes'
    where id in (
      select id from integrations where check_at <= now() and status = 'degraded'
      order by check_at limit 10 for update skip locked)
    returning id, project_id as "projectId"`,
};

/** Asks again for degraded integrations, so that they recover without anybody using them. Answers how many it asked. */
export async function runDueChecks(signal: AbortSignal): Promise<number> {
  const due = await run<Due>(db(), CLAIM, []);
  for (const one of due) {
    if (signal.aborted) break;
    await check(one);
  }
  return due.length;
}

/** Any call that needs the credential. Throws what the provider's answer means. */
async function ask(integrationId: string, grant: Grant): Promise<void> {
  const { authorization } = sourceProvider(grant.instance.provider);
  if (authorization.kind === "oauth") return void (await authorization.identify(grant));
  const answer = await authorization.checkCredential(grant, await followedThrough(integrationId));
  if (answer === "dead") throw new ProviderUnauthorized("The host refused the credential.");
}

async function check({ id, projectId }: Due): Promise<void> {
  const use = {
    projectId,
    integrationId: id,
    purpose: "health",
    actor: systemActor("console"),
    record: false,
  };
  try {
    await withCredential(use, (grant) => ask(id, grant));
  } catch (error) {
    if (error instanceof CredentialUnavailable) return;
    if (!(error instanceof ProviderUnavailable)) return void reportUnexpected(error, "integration check");
    if (!error.retryAt) return;
    await db()
      .update(integrations)
      .set({ checkAt: sql`greatest(${error.retryAt}::timestamptz, now() + interval '30 seconds')` })
      .where(eq(integrations.id, id));
  }
}
