import { and, eq, exists, sql } from "drizzle-orm";
import { credentials, db, integrations } from "@/db";
import { providerActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { followedThrough } from "@/lib/credentials/confirm";
import type { Admission, Usable, Which } from "@/lib/credentials/load";
import { markLost } from "@/lib/credentials/lost";
import { isProbed } from "@/lib/credentials/plan";
import { transition } from "@/lib/credentials/status";
import { probeWith } from "@/lib/credentials/with-credential";
import {
  type Grant,
  type Identity,
  nameOf,
  type OAuthAuthorization,
  oauthOf,
  ProviderUnauthorized,
  sourceProvider,
} from "@/lib/providers";

export const probed: Admission = ({ status, statusReason }) => isProbed({ status, reason: statusReason });

/**
 * Asks the provider who this is and what it may do, and writes down what changed: an account that is suspended, or no longer is; less
 * than was granted before; another name. True when it works again after a suspension. Throws what withCredential throws.
 */
export async function probeCredential(which: Which): Promise<boolean> {
  const { identity, usable } = await probeWith(which, probed, async (grant, usable) => ({
    identity: await ask(which.integrationId, grant),
    usable,
  }));
  const loss = identity && lossOf(usable, identity, await grantedBefore(which));
  if (identity) await noteIdentity(usable, identity);
  if (loss) throw await markLost(usable, loss);
  await db()
    .update(integrations)
    .set({ probedAt: sql`now()` })
    .where(eq(integrations.id, which.integrationId));
  return usable.status === "needs_reauthorization" && (await restore(usable));
}

/** Unless it was lost for another reason while the provider was asked. */
async function restore(usable: Usable): Promise<boolean> {
  return await db().transaction(async (tx) => {
    const [row] = await tx
      .select({ reason: integrations.statusReason })
      .from(integrations)
      .where(eq(integrations.id, usable.integrationId))
      .for("update");
    if (row?.reason !== "suspended" || !(await transition(tx, usable, { kind: "restored" }))) return false;
    await record(tx, providerActor(nameOf(usable.instance)), {
      chain: usable.projectId,
      event: "integration.unsuspended",
      subjectId: usable.integrationId,
      subjectName: usable.account,
    });
    return true;
  });
}

/** Any call that needs the credential. Null where a host says nothing about it. */
async function ask(integrationId: string, grant: Grant): Promise<Identity | null> {
  const { authorization } = sourceProvider(grant.instance.provider);
  if (authorization.kind === "oauth") return await authorization.identify(grant);
  const answer = await authorization.checkCredential(grant, await followedThrough(integrationId));
  if (answer === "dead") throw new ProviderUnauthorized("The host refused the credential.");
  return null;
}

async function grantedBefore({ integrationId }: Which): Promise<string[]> {
  const [row] = await db()
    .select({ scopes: integrations.grantedScopes })
    .from(integrations)
    .where(eq(integrations.id, integrationId));
  return row?.scopes ?? [];
}

function lossOf(
  { client }: Usable,
  identity: Identity,
  before: string[],
): "suspended" | "scopes_reduced" | null {
  if (!client) return null;
  const authorization = oauthOf(client.provider);
  const { installations, scopes } = identity;
  if (installations === null) {
    return lostScopes(authorization, before, scopes).length > 0 ? "scopes_reduced" : null;
  }
  // Installed nowhere, or no more: repositories are gone for the apps that follow them, and the token is as good as it was.
  if (installations.length === 0) return null;
  const working = installations.filter(({ isSuspended }) => !isSuspended);
  if (working.length === 0) return "suspended";
  return working.every(({ permissions }) => authorization.missingPermissions(permissions).length > 0)
    ? "scopes_reduced"
    : null;
}

/** Used, granted before, and not any more. What was never granted was said when it was connected. */
export function lostScopes(
  { scopes, missingScopes }: OAuthAuthorization,
  before: readonly string[],
  now: readonly string[],
): string[] {
  const used = before.filter((scope) => scopes.some((known) => known.scope === scope));
  return missingScopes(used, now);
}

async function noteIdentity(usable: Usable, { account, scopes, installations }: Identity): Promise<void> {
  await db()
    .update(integrations)
    .set({ accountLogin: account.login, installations, ...(installations ? {} : { grantedScopes: scopes }) })
    .where(
      and(
        eq(integrations.id, usable.integrationId),
        eq(integrations.accountId, account.id),
        // Said of this token, and of none that was put in its place meanwhile.
        exists(
          db()
            .select({ id: credentials.id })
            .from(credentials)
            .where(
              and(
                eq(credentials.integrationId, integrations.id),
                eq(credentials.generation, usable.credential?.generation ?? 0),
              ),
            ),
        ),
      ),
    );
}
