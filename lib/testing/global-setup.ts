import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startTestServer } from "./server";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of the socket of this run's PostgreSQL; its database `template` is migrated. */
    socketFolder: string;
  }
}

const migrationsFolder = fileURLToPath(new URL("../../db/migrations", import.meta.url));

/** One PostgreSQL for the run, one migrated template: a test file's own database is a copy of it, made in milliseconds. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
  try {
    await migrateTemplate(server.url);
  } catch (error) {
    await server.remove();
    throw error;
  }
  project.provide("socketFolder", server.socketFolder);
  return server.remove;
}

async function migrateTemplate(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await migrate(drizzle(client), { migrationsFolder });
  } finally {
    await client.end();
  }
}
