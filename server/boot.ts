import { resolve } from "node:path";
import { db } from "@/db";
import { createLink } from "@/lib/auth/links";
import { isSetUp } from "@/lib/auth/setup";
import { syncEnvironmentInstance } from "@/lib/instances";
import { wipeGrants } from "@/lib/integrations";
import { ensureMasterKey, masterKeyFile } from "@/lib/vault";
import { migrateDatabase } from "@/server/migrate";

const SETUP_LINK_MINUTES = 24 * 60;

/**
 * What has to be true before any process of the console runs: the database is migrated, the master key is there and opens what
 * is stored, the environment's Git host is known. Safe to run from several machines at once. Throws an error whose message
 * says what to do; the start must stop.
 */
export async function boot({ dataDir }: { dataDir: string }): Promise<{ masterKeyFile: string | null }> {
  await migrateDatabase();
  await ensureMasterKey({ dataDir, db: db() });
  await syncEnvironmentInstance(wipeGrants);
  const file = masterKeyFile();
  return { masterKeyFile: file === null ? null : resolve(file) };
}

/**
 * The address under which the first owner is made, good for a day, or null when somebody exists. Each call makes a new one; all of
 * them end with the first that is used, since only the first person is made this way.
 */
export async function firstRunLink(): Promise<string | null> {
  if (await isSetUp()) return null;
  const { url } = await createLink(db(), { purpose: "setup", userId: null, minutes: SETUP_LINK_MINUTES });
  return url.reveal();
}
