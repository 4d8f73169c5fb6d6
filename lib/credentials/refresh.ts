import { setTimeout as delay } from "node:timers/promises";
import type { IntegrationStatus } from "@/db";
import { CredentialUnavailable } from "@/lib/credentials/errors";
import { LEASE_SECONDS, lookAtRefresh, type Standing, takeLease } from "@/lib/credentials/lease";
import type { Refreshable } from "@/lib/credentials/load";
import { USABLE } from "@/lib/credentials/status";
import { tradeRefreshToken } from "@/lib/credentials/trade";
import { ProviderUnavailable } from "@/lib/providers";

const WAIT_MS = 150;
/** A holder that died is taken over when its lease ends. */
const PATIENCE_MS = (LEASE_SECONDS + 15) * 1000;

type Refreshes = Map<string, Promise<void>>;
const KEY = Symbol.for("skytells.refreshes");

/** Next bundles pages, actions and routes apart: a variable of this module would be several. */
function underWay(): Refreshes {
  const shared = globalThis as { [KEY]?: Refreshes };
  shared[KEY] ??= new Map();
  return shared[KEY];
}

/**
 * Replaces the tokens of this generation by fresh ones: with one call to the provider, however many ask in however many processes.
 * Resolves when the row is worth reading again. Throws ProviderUnavailable (not now) or CredentialUnavailable (somebody has to act).
 */
export function refreshCredential(
  usable: Refreshable,
  statuses: readonly IntegrationStatus[] = USABLE,
): Promise<void> {
  const { id, generation } = usable.credential;
  const key = `${id} ${generation}`;
  const shared = underWay();
  const known = shared.get(key);
  if (known) return known;
  const work = refreshOrWait(usable, statuses).finally(() => shared.delete(key));
  shared.set(key, work);
  return work;
}

async function refreshOrWait(usable: Refreshable, statuses: readonly IntegrationStatus[]): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    const lease = await takeLease(usable, statuses);
    if (lease) return await tradeRefreshToken(usable, lease);
    const standing = await lookAtRefresh(usable);
    if (isSettled(usable, standing, statuses)) return;
    if (standing.retryAt) throw tooEarly(standing);
    await delay(WAIT_MS);
  }
  throw new ProviderUnavailable("The token is being renewed, and that takes too long.", "timeout");
}

/** Whoever asked reads the row again and sees: another generation, or that it may not be used any more. */
const isSettled = (
  { credential }: Refreshable,
  standing: Standing | null,
  statuses: readonly IntegrationStatus[],
): standing is null =>
  standing === null || standing.generation !== credential.generation || !statuses.includes(standing.status);

function tooEarly({ problem, retryAt }: Standing): Error {
  if (problem) return new CredentialUnavailable("instance_unavailable", problem);
  return new ProviderUnavailable("The token could not be renewed yet.", "unreachable", retryAt);
}
