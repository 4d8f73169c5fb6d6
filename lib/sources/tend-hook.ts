import { eq } from "drizzle-orm";
import { db, repositories } from "@/db";
import { systemActor } from "@/lib/access";
import { CredentialUnavailable, withCredential } from "@/lib/credentials";
import {
  type Grant,
  type HookRegistration,
  hasEnteredCredentials,
  nameOf,
  ProviderRejected,
  ProviderUnavailable,
  RepositoryGone,
  sourceProvider,
} from "@/lib/providers";
import { repositoryFacts } from "@/lib/sources/bind";
import { hearingOf } from "@/lib/sources/hearing";
import { hookAddress, isReachableFrom } from "@/lib/sources/hook-address";
import { claimHook, type HeldHook, type Settlement, settleHook } from "@/lib/sources/hook-row";
import { openHookSecrets } from "@/lib/sources/hook-secret";
import { failingSentence, missedSentence, refusalSentence } from "@/lib/sources/hook-sentences";
import { pickIntegration } from "@/lib/sources/pick-integration";
import { takeBack } from "@/lib/sources/take-back";

const HOUR = 3600;
const ACTOR = systemActor("console");

/**
 * Brings one hook to what it should be: registered at the provider, active, with today's address and our secret. Where none can
 * be had, the repository is polled and the hook says why. Throws nothing that a provider can cause.
 */
export async function tendHook(hookId: string): Promise<void> {
  const held = await claimHook(hookId);
  if (!held) return;
  const settlement = await decide(held);
  if (settlement) await settleHook(held, settlement);
}

/** Null when it was settled already, with the grant at hand. */
async function decide(held: HeldHook): Promise<Settlement | null> {
  const { hook, repository } = held;
  const address = hookAddress(repository.provider, hook.id);
  if (!isReachableFrom(repository.origin)) return await heardOrRefused(held, "unreachable", address);
  try {
    const integrationId = await pickIntegration(repository.id);
    const use = {
      projectId: hook.projectId,
      integrationId,
      purpose: "hook",
      actor: ACTOR,
      repository: { id: repository.id, externalId: repository.externalId },
      record: false,
    };
    await withCredential(use, (grant) => register(held, grant, { integrationId, address }));
    return null;
  } catch (error) {
    return explain(held, error, address);
  }
}

type Wanted = { integrationId: string; address: string };

async function register(held: HeldHook, grant: Grant, wanted: Wanted): Promise<void> {
  const { repository } = held;
  const provider = sourceProvider(grant.instance.provider);
  const current = await provider.source.getRepository(grant, repository.externalId);
  await db().update(repositories).set(repositoryFacts(current)).where(eq(repositories.id, repository.id));
  const registration = await ensureAtProvider(held, grant, wanted.address);
  const isKept = await settleHook(held, settlementOf(held, registration, wanted));
  if (!isKept) await takeBack(held, grant, registration);
}

async function ensureAtProvider(held: HeldHook, grant: Grant, address: string): Promise<HookRegistration> {
  const { hook, repository } = held;
  const hooks = sourceProvider(grant.instance.provider).hooks(grant.instance);
  if (hooks.kind === "manual") throw new ProviderRejected("manual", "A person registers this webhook.");
  const [secret] = (await openHookSecrets(hook.id))?.secrets ?? [];
  if (!secret) throw new RepositoryGone("The hook was removed meanwhile.");
  const known = hook.address ? await hooks.findHook(grant, repository.externalId, hook.address) : null;
  const isTold = hook.registeredGeneration === hook.secretGeneration;
  if (known?.isActive && known.address === address && isTold) return known;
  if (known)
    return await hooks.updateHook(grant, repository.externalId, known.externalId, { address, secret });
  try {
    return await hooks.createHook(grant, repository.externalId, { address, secret });
  } catch (error) {
    if (!(error instanceof ProviderRejected) || error.reason !== "exists") throw error;
    // Made by us before, the answer lost on its way: taken over, with the secret that we hold.
    const ours = await hooks.findHook(grant, repository.externalId, address);
    if (!ours) throw error;
    return await hooks.updateHook(grant, repository.externalId, ours.externalId, { address, secret });
  }
}

function settlementOf(held: HeldHook, found: HookRegistration, wanted: Wanted): Settlement {
  const { externalId, lastStatus } = found;
  const isFailing =
    held.hook.externalId === externalId && lastStatus !== null && (lastStatus === 0 || lastStatus >= 400);
  return {
    ...wanted,
    externalId,
    registeredGeneration: held.hook.secretGeneration,
    status: isFailing ? "failing" : "active",
    reason: isFailing ? failingSentence(factsOf(held), lastStatus) : null,
    checkInSeconds: isFailing ? HOUR / 6 : 6 * HOUR,
    isPolled: isFailing,
  };
}

const factsOf = ({ repository, account }: HeldHook) => ({
  providerId: repository.provider,
  provider: nameOf(repository),
  // A Git host is asked with a token, which may do more or less than whom it belongs to.
  account: !account
    ? "The account"
    : hasEnteredCredentials(repository.provider)
      ? `The token of ${account}`
      : account,
  repository: repository.fullName,
});

const refused = (held: HeldHook, reason: string, address: string): Settlement => ({
  status: "refused",
  reason: refusalSentence(reason, factsOf(held)),
  checkInSeconds: 24 * HOUR,
  isPolled: true,
  address,
});

/** A person may have entered the webhook at the host: then its calls say how it is, as long as they tell of every push. */
async function heardOrRefused(held: HeldHook, reason: string, address: string): Promise<Settlement> {
  const hearing = held.hook.externalId === null ? await hearingOf(held.hook.id) : "never";
  if (hearing === "never") return refused(held, reason, address);
  const isFailing = hearing === "missed";
  return {
    status: isFailing ? "failing" : "active",
    reason: isFailing ? missedSentence(factsOf(held)) : null,
    checkInSeconds: 6 * HOUR,
    isPolled: isFailing,
    address,
  };
}

async function explain(held: HeldHook, error: unknown, address: string): Promise<Settlement> {
  const { status, statusReason: reason } = held.hook;
  if (error instanceof ProviderRejected) return await heardOrRefused(held, error.reason, address);
  if (error instanceof RepositoryGone) return await gone(held);
  if (error instanceof CredentialUnavailable) {
    return { status, reason: error.message, checkInSeconds: HOUR, isPolled: true };
  }
  if (!(error instanceof ProviderUnavailable)) throw error;
  const seconds = error.retryAt ? (error.retryAt.getTime() - Date.now()) / 1000 : 60;
  return { status, reason, checkInSeconds: Math.max(5, seconds), isPolled: status !== "active" };
}

async function gone(held: HeldHook): Promise<Settlement> {
  const { repository } = held;
  await db()
    .update(repositories)
    .set({ goneAt: repository.goneAt ?? new Date() })
    .where(eq(repositories.id, repository.id));
  const { provider, repository: name } = factsOf(held);
  const reason = `${provider} no longer shows ${name} to this account: it was deleted, or access to it was taken away.`;
  return { status: "missing", reason, checkInSeconds: HOUR, isPolled: true };
}
