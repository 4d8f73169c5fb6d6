import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import { credentials, db, integrations, repositories, sources, type Transaction } from "@/db";
import { providerActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { CredentialUnavailable } from "@/lib/credentials/errors";
import type { Usable } from "@/lib/credentials/load";
import { statusSentence } from "@/lib/credentials/sentences";
import { type LostReason, transition } from "@/lib/credentials/status";
import { withClientSecret } from "@/lib/instances";
import {
  ClientRejected,
  type Grant,
  ProviderRejected,
  ProviderUnavailable,
  sourceProvider,
  tokenOf,
} from "@/lib/providers";

/** The provider answered: a degraded integration works again. Written at most once a minute. */
export async function noteSuccess(usable: Usable): Promise<void> {
  if (usable.wasDegraded) {
    await db().transaction((tx) => transition(tx, usable, { kind: "recovered" }));
  }
  const minuteAgo = sql`now() - interval '1 minute'`;
  await db()
    .update(integrations)
    .set({ lastUsedAt: sql`now()` })
    .where(
      and(
        eq(integrations.id, usable.integrationId),
        or(isNull(integrations.lastUsedAt), lt(integrations.lastUsedAt, minuteAgo)),
      ),
    );
}

/** The provider is down or limits us. Nothing for a person to do. */
export async function noteUnavailable(usable: Usable, error: ProviderUnavailable): Promise<void> {
  if (usable.wasDegraded) return;
  const reason = error.cause_ === "rate_limited" ? "rate_limited" : "unreachable";
  await db().transaction((tx) => transition(tx, usable, { kind: "degraded", reason }));
}

/** Asks the provider whether the token is dead. Returns what the caller is to be told. */
export async function confirmRefusal(usable: Usable, grant: Grant): Promise<Error> {
  try {
    if ((await askAgain(usable, grant)) === "dead") return await markLost(usable, "revoked");
    if (!usable.client)
      return new ProviderRejected("forbidden", `${usable.account} may not read this repository.`);
    return new ProviderUnavailable("The provider refused a token that it says is alive.", "bad_answer");
  } catch (error) {
    if (error instanceof ProviderUnavailable) {
      await noteUnavailable(usable, error);
      return error;
    }
    if (!(error instanceof ClientRejected)) throw error;
    return new ProviderUnavailable("The provider could not confirm that the token is dead.", "bad_answer");
  }
}

async function askAgain({ client, integrationId }: Usable, grant: Grant): Promise<"alive" | "dead"> {
  const { authorization } = sourceProvider(grant.instance.provider);
  if (authorization.kind === "oauth") {
    if (!client) throw new Error("An OAuth token without the client that it was given to.");
    return await withClientSecret(client, (secret) =>
      authorization.checkToken(client, secret, tokenOf(grant)),
    );
  }
  return await authorization.checkCredential(grant, await followedThrough(integrationId));
}

/** Where the repositories live that apps follow through an integration: what its credential has to open. */
export async function followedThrough(integrationId: string): Promise<string[]> {
  const rows = await db()
    .selectDistinct({ cloneUrl: repositories.cloneUrl })
    .from(sources)
    .innerJoin(repositories, eq(repositories.id, sources.repositoryId))
    .where(eq(sources.integrationId, integrationId));
  return rows.map(({ cloneUrl }) => cloneUrl);
}

/**
 * Writes down that this token no longer works, unless somebody put another in its place meanwhile. Returns the error to
 * throw: try again in that case, otherwise the sentence for people.
 */
export async function markLost(usable: Usable, reason: LostReason): Promise<Error> {
  const provider = sourceProvider(usable.instance.provider).name;
  const isMarked = await db().transaction(async (tx) => {
    if (!(await isStillCurrent(tx, usable))) return false;
    if (await transition(tx, usable, { kind: "lost", reason })) {
      await record(tx, providerActor(provider), {
        chain: usable.projectId,
        event: "integration.lost",
        subjectId: usable.integrationId,
        subjectName: usable.account,
        facts: { reason, fingerprint: usable.credential?.fingerprint ?? null },
      });
    }
    return true;
  });
  if (!isMarked) return new ProviderUnavailable("The credential was just replaced.", "bad_answer");
  const why = statusSentence({ status: "needs_reauthorization", reason, provider });
  const code = reason === "key_unavailable" ? "key_unavailable" : "needs_reauthorization";
  return new CredentialUnavailable(code, `${usable.account} needs re-authorization. ${why}`);
}

/** Locks the integration before its credential, as every writer does. */
async function isStillCurrent(tx: Transaction, usable: Usable): Promise<boolean> {
  await tx
    .select({ id: integrations.id })
    .from(integrations)
    .where(eq(integrations.id, usable.integrationId))
    .for("update");
  const [row] = await tx
    .select({ generation: credentials.generation })
    .from(credentials)
    .where(eq(credentials.integrationId, usable.integrationId));
  return row?.generation === usable.credential?.generation;
}
