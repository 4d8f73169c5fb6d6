import type { Executor } from "@/db";
import type { Secret } from "@/lib/secret";
import { open, seal } from "@/lib/vault";

type Owner = { id: string; origin: string; clientSecretGeneration: number };

const placeOf = (owner: Owner) => ({
  projectId: null,
  table: "provider_instances",
  rowId: owner.id,
  field: "client_secret",
  origin: owner.origin,
  generation: owner.clientSecretGeneration,
});

export const sealClientSecret = (executor: Executor, owner: Owner, secret: Secret): Promise<string> =>
  seal(executor, placeOf(owner), secret);

/** The only place that opens an instance's client secret. Throws VaultError. */
export const openClientSecret = (executor: Executor, owner: Owner, sealed: string): Promise<Secret> =>
  open(executor, placeOf(owner), sealed);
