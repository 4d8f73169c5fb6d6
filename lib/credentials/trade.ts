import { db } from "@/db";
import { systemActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { handToCleanup } from "@/lib/credentials/cleanup-copies";
import { countUse } from "@/lib/credentials/count-use";
import { CredentialUnavailable } from "@/lib/credentials/errors";
import { endIncidents } from "@/lib/credentials/incidents";
import { LEASE_SECONDS, type Lease, releaseLease } from "@/lib/credentials/lease";
import type { Refreshable } from "@/lib/credentials/load";
import { justReplaced, lockCurrent, markLost } from "@/lib/credentials/lost";
import { noteUnavailable } from "@/lib/credentials/note";
import { openRefreshToken } from "@/lib/credentials/open-token";
import { lossOf } from "@/lib/credentials/refused";
import { revokeUnwanted } from "@/lib/credentials/revoke-unwanted";
import { statusSentence } from "@/lib/credentials/sentences";
import { transition } from "@/lib/credentials/status";
import { replaceTokens, tokenFingerprint } from "@/lib/credentials/store";
import { surely } from "@/lib/credentials/surely";
import { withClientSecret } from "@/lib/instances";
import { redactor } from "@/lib/log";
import {
  ClientRejected,
  nameOf,
  oauthOf,
  ProviderRejected,
  ProviderUnavailable,
  type TokenSet,
} from "@/lib/providers";
import type { Secret } from "@/lib/secret";
import { VaultError } from "@/lib/vault";

/** A call that would begin later than this could end after the lease. */
const LATEST_START_MS = (LEASE_SECONDS - 15) * 1000;
const CLIENT_RETRY_SECONDS = 120;

/**
 * Asks the provider, once, outside of any transaction, and writes what it answered if nobody was faster: whoever re-authorizes or
 * removes raises the generation or deletes the row. What comes too late is revoked.
 */
export async function tradeRefreshToken(usable: Refreshable, lease: Lease): Promise<void> {
  const old = await openOrMarkLost(usable, lease);
  const heard: Heard = { tokens: null, wasSent: false };
  try {
    await ask(usable, old, heard);
  } catch (error) {
    // With tokens at hand it is the console's own trouble, which must not lose them.
    if (!heard.tokens) throw await settleFailure(usable, lease, error, heard.wasSent);
  }
  if (heard.tokens) await settleSuccess(usable, lease, { old, tokens: heard.tokens });
}

type Heard = { tokens: TokenSet | null; wasSent: boolean };

/** The previous client secret is tried where the current one is refused: nothing was traded then. */
async function ask({ client }: Refreshable, old: Secret, heard: Heard): Promise<void> {
  const began = performance.now();
  await withClientSecret(client, async (secret) => {
    if (performance.now() - began > LATEST_START_MS) {
      throw new ProviderUnavailable("There was no time left to renew the token.", "timeout");
    }
    heard.wasSent = true;
    heard.tokens = known(await oauthOf(client.provider).refresh(client, secret, old));
  });
}

function known(tokens: TokenSet): TokenSet {
  redactor.add(tokens.accessToken);
  if (tokens.refreshToken) redactor.add(tokens.refreshToken);
  return tokens;
}

async function openOrMarkLost(usable: Refreshable, lease: Lease): Promise<Secret> {
  const row = { ...usable.credential, refreshTokenSealed: lease.refreshTokenSealed };
  try {
    const token = await openRefreshToken(db(), row, usable.origin);
    redactor.add(token);
    await countUse({ ...usable, purpose: "refresh" });
    return token;
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw await markLost(usable, "key_unavailable", lease.token);
  }
}

type Fresh = { old: Secret; tokens: TokenSet };

async function settleSuccess(usable: Refreshable, lease: Lease, fresh: Fresh): Promise<void> {
  if (await surely(() => store(usable, lease, fresh))) return;
  if (await surely(() => db().transaction((tx) => handToCleanup(tx, usable, fresh)))) return;
  const { projectId, client: instance } = usable;
  await revokeUnwanted({ projectId, instance, tokens: fresh.tokens });
}

/** False when the credential was replaced, taken away or taken over meanwhile. A status that somebody set stays as it is. */
async function store(usable: Refreshable, lease: Lease, { old, tokens }: Fresh): Promise<boolean> {
  return await db().transaction(async (tx) => {
    const row = await lockCurrent(tx, usable);
    if (!row) return false;
    if (row.generation !== usable.credential.generation || row.refreshLeaseToken !== lease.token) {
      // A commit whose own answer was lost is one all the same.
      return row.fingerprint === (await tokenFingerprint(tx, tokens.accessToken));
    }
    const { fingerprint, prolongs } = await replaceTokens(
      tx,
      { row, origin: usable.origin },
      { old, tokens },
    );
    if (prolongs) await endIncidents(tx, usable, "expiring");
    await transition(tx, usable, { kind: "recovered" });
    await record(tx, systemActor("console"), {
      chain: usable.projectId,
      event: "credential.refreshed",
      subjectId: usable.integrationId,
      subjectName: usable.account,
      facts: { fingerprint, replaced: usable.credential.fingerprint },
    });
    return true;
  });
}

/** What the failure means for the integration or its instance, and what whoever asked is told. */
async function settleFailure(
  usable: Refreshable,
  lease: Lease,
  error: unknown,
  wasSent: boolean,
): Promise<unknown> {
  if (error instanceof ClientRejected) return await settleClientRejected(usable, lease, error);
  if (error instanceof ProviderRejected && error.reason === "invalid_grant") {
    const loss = lossOf(usable, lease);
    // Read again first: whoever was faster has put something else in its place.
    return loss ? await markLost(usable, loss, lease.token) : await settleSuspended(usable, lease);
  }
  const trouble = asUnavailable(error);
  return trouble ? await settleUnavailable(usable, lease, trouble, wasSent) : error;
}

function asUnavailable(error: unknown): ProviderUnavailable | null {
  if (error instanceof ProviderUnavailable) return error;
  if (error instanceof ProviderRejected) return new ProviderUnavailable(error.message, "bad_answer");
  if (!(error instanceof VaultError)) return null;
  return new ProviderUnavailable("The sealed client secret cannot be opened.", "bad_answer");
}

/** Stays suspended, and is asked for again at the next look. */
async function settleSuspended(usable: Refreshable, lease: Lease): Promise<Error> {
  await releaseLease(usable, lease, { isUnanswered: false, seconds: 0, notBefore: null });
  const why = statusSentence({
    ...{ status: "needs_reauthorization", reason: "suspended" },
    provider: nameOf(usable.client),
  });
  return new CredentialUnavailable(
    "needs_reauthorization",
    `${usable.account} needs re-authorization. ${why}`,
  );
}

/** Our own client's fault: the integration keeps its status, and works again once the instance does. */
async function settleClientRejected(
  usable: Refreshable,
  lease: Lease,
  error: ClientRejected,
): Promise<Error> {
  const seconds = jittered(CLIENT_RETRY_SECONDS);
  await releaseLease(usable, lease, { isUnanswered: false, seconds, notBefore: null });
  return new CredentialUnavailable("instance_unavailable", error.message);
}

/** A limit is an answer: nothing was done. After anything else it may have been, and only the next attempt can tell. */
async function settleUnavailable(
  usable: Refreshable,
  lease: Lease,
  error: ProviderUnavailable,
  wasSent: boolean,
): Promise<Error> {
  const isUnanswered = wasSent && error.cause_ !== "rate_limited";
  const seconds = backoffSeconds(usable.credential.refreshFailures);
  const retryAt = await releaseLease(usable, lease, { isUnanswered, seconds, notBefore: error.retryAt });
  if (!retryAt) return justReplaced();
  await noteUnavailable(usable, error);
  return new ProviderUnavailable(error.message, error.cause_, retryAt);
}

const FIRST_RETRY_SECONDS = 15;
const LAST_RETRY_SECONDS = 900;

const backoffSeconds = (failures: number): number =>
  jittered(Math.min(FIRST_RETRY_SECONDS * 2 ** Math.min(failures, 10), LAST_RETRY_SECONDS));

/** So that what failed together does not come back together. */
const jittered = (seconds: number): number => seconds * (0.75 + Math.random() / 2);
