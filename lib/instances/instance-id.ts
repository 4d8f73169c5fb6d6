import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Transaction } from "@/db";
import { newId, providerInstances } from "@/db";

const LENGTH = 20;

/**
 * The id of the instance that the environment names: always the same for one provider and address, so that its callback can be
 * registered before the console has ever run. It is no secret.
 */
export function environmentInstanceId(provider: string, origin: string): string {
  const digest = createHash("sha256").update(`${provider}\n${origin}`).digest("hex");
  return `pin_${digest.slice(0, LENGTH)}`;
}

/** The predictable id, or a random one where an admin has moved its instance to another address. */
export async function freeInstanceId(tx: Transaction, provider: string, origin: string): Promise<string> {
  const id = environmentInstanceId(provider, origin);
  const [taken] = await tx
    .select({ id: providerInstances.id })
    .from(providerInstances)
    .where(eq(providerInstances.id, id));
  return taken ? newId("pin") : id;
}
