import { db } from "@/db";
import type { Actor } from "@/lib/access";
import { record } from "@/lib/audit";
import { isAllowed, notAllowedSentence } from "@/lib/credentials/allowed";
import { confirmDeath } from "@/lib/credentials/confirm";
import { countUse } from "@/lib/credentials/count-use";
import { CredentialUnavailable } from "@/lib/credentials/errors";
import { ensureFresh } from "@/lib/credentials/fresh";
import {
  type Admission,
  type CredentialRow,
  loadUsable,
  type Usable,
  type Which,
} from "@/lib/credentials/load";
import { markLost } from "@/lib/credentials/lost";
import { noteAnswer, noteHidden, noteUnavailable, noteUse } from "@/lib/credentials/note";
import { openAccessToken, openUserName } from "@/lib/credentials/open-token";
import { USABLE } from "@/lib/credentials/status";
import { redactor } from "@/lib/log";
import {
  ClientRejected,
  type Grant,
  ProviderRejected,
  ProviderUnauthorized,
  ProviderUnavailable,
  RepositoryGone,
} from "@/lib/providers";
import { VaultError } from "@/lib/vault";

export type Use = {
  projectId: string;
  integrationId: string;
  /** What for, as the audit names it: `checkout`, `repository_search`, `read_head`. */
  purpose: string;
  actor: Actor;
  appId?: string;
  /** The deployment that it is for. */
  deployment?: { id: string; number: number };
  /** The repository that it is about, ours and the provider's id: refused where the integration's allow-list does not name it. */
  repository?: { id: string | null; externalId: string };
  /** True for a use by a person's action or a deployment; polls and probes are summed up for each day. */
  record: boolean;
};

/**
 * Opens an integration's token for the time of `fn`. Whether it may be used is read from the database now, and a token about to end
 * is replaced first. Throws CredentialUnavailable (a person has to act) or ProviderUnavailable (try later); what else `fn` throws
 * passes through. A ProviderUnauthorized is confirmed with the provider first: a single 401 is no proof that the token is dead.
 */
export async function withCredential<T>(use: Use, fn: (grant: Grant) => Promise<T>): Promise<T> {
  const admitted = await loadUsable(use);
  await refuseNotAllowed(use, admitted);
  const usable = await ensureFresh(admitted);
  const grant = await openGrant(usable);
  await (use.record ? recordUse(use, usable) : countUse(use));
  const result = await asking(usable, grant, fn);
  await noteUse(usable);
  return result;
}

/** The same for looking after a credential: it counts as no use, and may be let in where nobody else is. */
export async function probeWith<T>(
  which: Which,
  admits: Admission,
  fn: (grant: Grant, usable: Usable) => Promise<T>,
): Promise<T> {
  const usable = await ensureFresh(await loadUsable(which, db(), admits), admits);
  const grant = await openGrant(usable);
  await countUse({ ...which, purpose: "health" });
  return await asking(usable, grant, () => fn(grant, usable));
}

async function asking<T>(usable: Usable, grant: Grant, fn: (grant: Grant) => Promise<T>): Promise<T> {
  try {
    const result = await fn(grant);
    await noteAnswer(usable);
    return result;
  } catch (error) {
    throw await explain(error, usable, grant);
  }
}

async function refuseNotAllowed({ repository }: Use, usable: Usable): Promise<void> {
  if (!repository || (await isAllowed(usable, repository.externalId))) return;
  throw new CredentialUnavailable("repository_not_allowed", notAllowedSentence(usable.account));
}

/** Throws CredentialUnavailable for what has ended or cannot be opened. */
export async function openGrant(usable: Usable): Promise<Grant> {
  const { credential, instance } = usable;
  if (!credential) return { instance, token: null };
  if (usable.isExpired) throw await markLost(usable, "expired");
  return await openOrMarkLost(usable, credential);
}

async function openOrMarkLost(usable: Usable, credential: CredentialRow): Promise<Grant> {
  const { origin, instance } = usable;
  try {
    const token = await openAccessToken(db(), credential, origin);
    const user = await openUserName(db(), credential, origin);
    redactor.add(token);
    return { instance, token, user: user?.reveal() ?? null };
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw await markLost(usable, "key_unavailable");
  }
}

/** What a failure means for the integration, and what its caller is told. */
async function explain(error: unknown, usable: Usable, grant: Grant): Promise<unknown> {
  if (error instanceof ProviderUnauthorized) {
    if (!grant.token) return asksForOne(usable);
    // What was let in for a probe is confirmed as what it is.
    return (await confirmDeath(usable, grant, [...USABLE, usable.status])) ?? livesOn(usable);
  }
  if (error instanceof ProviderUnavailable) await noteUnavailable(usable, error);
  if (error instanceof RepositoryGone && usable.client) await noteHidden(usable);
  if (error instanceof ProviderRejected && error.reason === "suspended") {
    return await markLost(usable, "suspended");
  }
  if (error instanceof ClientRejected) {
    return new CredentialUnavailable("instance_unavailable", error.message);
  }
  return error;
}

/** A host without an OAuth client says 401 also about one repository that the credential does not open. */
const livesOn = ({ client, account }: Usable): Error =>
  client
    ? new ProviderUnavailable("The provider refused a token that it says is alive.", "bad_answer")
    : new ProviderRejected("forbidden", `${account} may not read this repository.`);

/** Some hosts say 401 of what they do not have as well. Nothing of ours has died, and asking again changes nothing. */
const asksForOne = ({ account }: Usable): Error =>
  new ProviderRejected(
    "forbidden",
    `${account} is read without a credential, and the host shows this repository to nobody without one.`,
  );

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
        ...(use.deployment ? { deployment: use.deployment.id, number: use.deployment.number } : {}),
      },
    }),
  );
}
