import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { env } from "@/lib/env";

// Without the schema: relational queries are not used, and with it Drizzle builds one builder for each table at the start of
// every transaction, which is half a transaction's cost.
export type Database = NodePgDatabase;
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];
/** Either: for reads that are as right inside a transaction as outside. */
export type Executor = Database | Transaction;

// Next bundles pages, actions and handlers apart: one pool for a process has to live outside of modules.
const KEY = Symbol.for("skytells.console.database");
type Holder = { pool: pg.Pool; database: Database };
const globals = globalThis as unknown as Record<symbol, Holder | undefined>;

/** The connection string, with what every connection of ours wants. */
export function connectionConfig(): pg.ClientConfig {
  const connectionString = env().DATABASE_URL;
  if (!connectionString) throw new Error("DATABASE_URL is not set: start the console with `npm start`.");
  return {
    connectionString,
    application_name: "skytells-console",
    // With the default of 4 a generic plan sorts all rows of an app instead of walking the index.
    options: "-c random_page_cost=1.1 -c timezone=UTC",
  };
}

// Known to this module alone: with the pool it would be forgotten by whoever clears globalThis, and what still runs lives on.
let isClosed = false;

function holder(): Holder {
  const existing = globals[KEY];
  if (existing) return existing;
  if (isClosed) throw new Error("This process has closed its database.");
  const pool = new pg.Pool({ ...connectionConfig(), max: 12, idleTimeoutMillis: 30_000 });
  // A connection that dies while idle is replaced at the next use; without a listener it would end the process.
  pool.on("error", () => undefined);
  const made = { pool, database: drizzle(pool) };
  globals[KEY] = made;
  return made;
}

/** This process's database. Opened at the first use. */
export const db = (): Database => holder().database;

/** The pool below, for a statement written by hand (claims, notifications). */
export const pool = (): pg.Pool => holder().pool;

/** Closes every connection: the last step of a process that stops. What still runs of the same bundle then opens none again. */
export async function closeDatabase(): Promise<void> {
  isClosed = true;
  const existing = globals[KEY];
  globals[KEY] = undefined;
  await existing?.pool.end();
}
