import { type Database, db } from "@/db";
import { systemActor } from "@/lib/access";
import { record } from "@/lib/audit";
import { Secret } from "@/lib/secret";
import { loadMasterKeys } from "@/lib/vault/key-files";
import { Keyring } from "@/lib/vault/keyring";
import type { Place } from "@/lib/vault/place";
import { openWith, sealWith } from "@/lib/vault/seal";
import { sessionKeys } from "@/lib/vault/system-keys";
import { masterKeyWrapper } from "@/lib/vault/wrapper";

/** What a loaded process did until it was told to stop. */
export type LoadReport = { rounds: number; failures: string[] };

/**
 * A process of its own that opens and seals for the given projects as fast as it can, each time like one that has just been started:
 * nothing is remembered from round to round but the values that it sealed.
 */
async function main(projectIds: readonly string[]): Promise<void> {
  const report: LoadReport = { rounds: 0, failures: [] };
  const session = (await sessionKeys()).current.reveal();
  let isStopped = false;
  process.once("message", () => {
    isStopped = true;
  });
  process.send?.("ready");
  const sealed = new Map<string, string>();
  while (!isStopped) {
    for (const projectId of projectIds) {
      await round(db(), projectId, sealed).catch((error: Error) => report.failures.push(`${error.message}`));
      report.rounds += 1;
    }
    if ((await sessionKeys()).current.reveal() !== session) report.failures.push("signed out");
  }
  process.send?.(report, () => process.exit(0));
}

async function round(database: Database, projectId: string, sealed: Map<string, string>): Promise<void> {
  const ring = new Keyring(masterKeyWrapper(() => loadMasterKeys()));
  const place: Place = { projectId, table: "t", rowId: "r", field: "f", origin: "", generation: 1 };
  const known = sealed.get(projectId);
  if (known && (await openWith(ring, database, place, known)).reveal() !== projectId)
    throw new Error("changed");
  const text = await database.transaction(async (tx) => {
    await record(tx, systemActor("load"), { chain: projectId, event: "load.sealed" });
    return await sealWith(ring, tx, place, new Secret(projectId));
  });
  sealed.set(projectId, text);
}

await main(process.argv.slice(2));
