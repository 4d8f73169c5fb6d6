import type { QueryResultRow } from "pg";
import type { Executor } from "@/db/client";

/** A statement written by hand. PostgreSQL parses and plans it once for each connection, under its name. */
export type Statement = { name: string; text: string };

type Client = { query: (query: object) => Promise<{ rows: QueryResultRow[]; rowCount: number | null }> };

/** Runs it on the transaction's own connection, or on one of the pool. Instants come as Date, bigint as text. */
export async function run<Row extends QueryResultRow>(
  executor: Executor,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const result = await clientOf(executor).query({ ...statement, values });
  return result.rows as Row[];
}

/** Drizzle keeps the connection of a transaction in its session and offers no named statements inside one. */
function clientOf(executor: Executor): Client {
  const { session } = executor as unknown as { session?: { client?: Client } };
  if (!session?.client) throw new TypeError("This executor has no connection.");
  return session.client;
}
