import type { CleanupTarget, repositories } from "@/db";
import { hookAddress } from "@/lib/sources/hook-address";
import type { HookRow } from "@/lib/sources/hook-row";

/**
 * Whether its host may have it. One that is being registered just now, or whose registration was not heard of, has no id yet: it is
 * found by its address, after that has ended. One that was refused, or that a person entered, is not the console's to delete.
 */
export const mayBeRegistered = ({ externalId, leaseUntil, status }: HookRow): boolean =>
  externalId !== null || leaseUntil !== null || status === "registering";

/** A person was shown its secret, or it has called: then it stands at the host, and only a person can take it away. */
export const isEnteredByHand = (hook: HookRow): boolean =>
  hook.externalId === null &&
  hook.registeredGeneration === null &&
  (hook.secretGeneration > 1 || hook.lastDeliveryAt !== null || hook.rejectedAt !== null);

type Repository = Pick<typeof repositories.$inferSelect, "provider" | "externalId" | "fullName">;
type Deletion = {
  target: Extract<CleanupTarget, { kind: "delete_hook" }>;
  /** Whoever looks after it at this moment may be making one at the host: only then is it certain what is there. */
  notBefore: Date | null;
};

/** What a cleanup needs in order to delete a hook at its host, whose row goes now: all that may be there of it. */
export function deletionOf(hook: HookRow, repository: Repository): Deletion {
  const today = hookAddress(repository.provider, hook.id);
  const address = hook.address ?? today;
  const isTended = hook.leaseUntil !== null;
  return {
    target: {
      kind: "delete_hook",
      repositoryExternalId: repository.externalId,
      repositoryName: repository.fullName,
      hookExternalId: hook.externalId,
      address,
      ...(isTended ? { mayBeAt: [...new Set([address, today])] } : {}),
    },
    notBefore: isTended || hook.externalId === null ? hook.leaseUntil : null,
  };
}
