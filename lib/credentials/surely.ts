import { setTimeout as delay } from "node:timers/promises";
import { VaultError } from "@/lib/vault";

const PATIENCE_MS = 5000;

/**
 * Writes what is in this process and nowhere else, such as tokens that a provider has just given: a database that is away for a moment
 * must not lose it.
 */
export async function surely<T>(write: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (error instanceof VaultError || performance.now() > until) throw error;
      await delay(250);
    }
  }
}
