import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { connectionConfig } from "@/db";

/** Any number that nobody else uses: one process at a time migrates a database. */
const LOCK = 7_301_000;
const OLDEST_SERVER = 150_000;

/**
 * Brings the database to this version's schema, on a connection of its own and one process at a time. Throws with what to do when
 * it cannot be reached or is too old.
 */
export async function migrateDatabase(): Promise<void> {
  const client = new pg.Client(connectionConfig());
  client.on("error", () => undefined);
  await connect(client);
  try {
    await requireVersion(client);
    await client.query("select pg_advisory_lock($1)", [LOCK]);
    await migrate(drizzle(client), { migrationsFolder: migrationsFolder() });
  } finally {
    // The lock goes with the connection.
    await client.end();
  }
}

async function connect(client: pg.Client): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // The address itself may carry a password: say which setting, not what is in it.
    throw new Error(`The database of DATABASE_URL cannot be used: ${code ?? message}.`, { cause: error });
  }
}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number; name: string }>(
    "select current_setting('server_version_num')::int as version, current_setting('server_version') as name",
  );
  const [server] = rows;
  if (server && server.version < OLDEST_SERVER) {
    throw new Error(`PostgreSQL ${server.name} is too old: version 15 or newer is needed.`);
  }
}

/** `db/migrations` of this checkout, seen from the source as from wherever the bundle lies below it. */
function migrationsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "db", "migrations", "meta", "_journal.json"))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error("The folder db/migrations is missing beside the console's program.");
    folder = parent;
  }
  return join(folder, "db", "migrations");
}
