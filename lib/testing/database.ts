import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, inject } from "vitest";
import { closeDatabase } from "@/db";
import { closeEvents } from "@/lib/events";

export type TestDatabase = {
  /** Its address, for a process that a test starts. */
  url(): string;
  /** A data folder of its own. */
  dataDir(): string;
};

/**
 * Gives the tests of this file a migrated, empty database, a data folder and a master key of their own. The product reads
 * its settings at its first call: call nothing of it while the file is being loaded.
 */
export function useTestDatabase(): TestDatabase {
  const name = `test_${randomBytes(8).toString("hex")}`;
  let folder = "";

  beforeAll(async () => {
    await asAdmin(`create database ${name} template template strategy file_copy`);
    folder = mkdtempSync(join(tmpdir(), "skytells-data-"));
    chmodSync(folder, 0o711);
    const keyFile = join(folder, "master.key");
    writeFileSync(keyFile, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
    Object.assign(process.env, { DATABASE_URL: urlOf(name), DATA_DIR: folder, MASTER_KEY_FILE: keyFile });
  });

  afterAll(async () => {
    await closeEvents();
    await closeDatabase();
    await asAdmin(`drop database if exists ${name} with (force)`);
    rmSync(folder, { recursive: true, force: true });
  });

  return { url: () => urlOf(name), dataDir: () => folder };
}

const urlOf = (database: string) =>
  `postgres://console@/${database}?host=${encodeURIComponent(inject("socketFolder"))}`;

async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf("postgres") });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
