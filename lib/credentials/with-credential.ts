import { db, type Executor } from "@/db";
import type { Actor } from "@/lib/access";
import { record } from "@/lib/audit";
import { CredentialUnavailable } from "@/lib/credentials/errors";
import { confirmRefusal, markLost, noteSuccess, noteUnavailable } from "@/lib/credentials/health";
import { type CredentialRow, loadUsable, type Usable } from "@/lib/credentials/load";
import { tokenPlace } from "@/lib/credentials/token-place";
import { redactor } from "@/lib/log";
import { ClientRejected, type Grant, ProviderUnauthorized, ProviderUnavailable } from "@/lib/providers";
import type { Secret } from "@/lib/secret";
import { open, VaultError } from "@/lib/vault";

export type Use = {
  projectId: string;
  integrationId: string;
  /** What for, as the audit names it: `checkout`, `repository_search`, `read_head`. */
  purpose: string;
  actor: Actor;
  appId?: string;
  /** True for a use by a person's action or a deployment; polls and probes are not recorded one by one. */
  record: boolean;
};

/**
 * Opens an integration's token for the time of `fn`. Whether it may be used is read from the database now. Throws
 * CredentialUnavailable (a person has to act) or ProviderUnavailable (try later); what else `fn` throws passes through. A
 * ProviderUnauthorized is confirmed with the provider first: a single 401 is no proof that the token is dead.
 */
export async function withCredential<T>(use: Use, fn: (grant: Grant) => Promise<T>): Promise<T> {
  const usable = await loadUsable(use);
  const grant = await openGrant(usable);
  if (use.record) await recordUse(use, usable);
  try {
    const result = await fn(grant);
    await noteSuccess(usable);
    return result;
  } catch (error) {
    throw await explain(error, usable, grant);
  }
}

async function openGrant(usable: Usable): Promise<Grant> {
  const { credential, instance } = usable;
  if (!credential) return { instance, token: null };
  const { token, user } = await openOrMarkLost(usable, credential);
  redactor.add(token);
  return { instance, token, user: user?.reveal() ?? null };
}

async function openOrMarkLost(usable: Usable, credential: CredentialRow): Promise<Opened> {
  const { origin } = usable;
  if (credential.accessExpiresAt && credential.accessExpiresAt <= new Date()) {
    throw await markLost(usable, "expired");
  }
  try {
    return {
      token: await openAccessToken(db(), credential, origin),
      user: await openUserName(credential, origin),
    };
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw await markLost(usable, "key_unavailable");
  }
}

type Opened = { token: Secret; user: Secret | null };

async function openUserName(row: CredentialRow, origin: string): Promise<Secret | null> {
  const { projectId, id: credentialId, generation, userNameSealed } = row;
  if (!userNameSealed) return null;
  return await open(
    db(),
    tokenPlace({ projectId, credentialId, origin, generation }, "user_name"),
    userNameSealed,
  );
}

/** The only place that opens tokens. Throws VaultError. */
export const openAccessToken = (executor: Executor, row: CredentialRow, origin: string): Promise<Secret> => {
  const { projectId, id: credentialId, generation } = row;
  const place = tokenPlace({ projectId, credentialId, origin, generation }, "access_token");
  return open(executor, place, row.accessTokenSealed);
};

/** What a failure means for the integration, and what its caller is told. */
async function explain(error: unknown, usable: Usable, grant: Grant): Promise<unknown> {
  if (error instanceof ProviderUnauthorized && grant.token) return await confirmRefusal(usable, grant);
  if (error instanceof ProviderUnavailable) await noteUnavailable(usable, error);
  if (error instanceof ClientRejected)
    return new CredentialUnavailable("instance_unavailable", error.message);
  return error;
}

async function recordUse(use: Use, usable: Usable): Promise<void> {
  await db().transaction((tx) =>
    record(tx, use.actor, {
      chain: use.projectId,
      event: "credential.used",
      subjectId: use.integrationId,
      subjectName: usable.account,
      facts: {
        purpose: use.purpose,
        fingerprint: usable.credential?.fingerprint ?? null,
        ...(use.appId ? { appId: use.appId } : {}),
      },
    }),
  );
}
