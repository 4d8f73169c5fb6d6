import { type Database, db } from "@/db/client";

/**
 * A query that pages ask again and again: put together once for this process's database, and planned once for each connection
 * under the name that `prepare` gives it. Its values are placeholders. Outside of transactions only.
 */
export function prepared<Query>(build: (database: Database) => Query): () => Query {
  const made = new WeakMap<Database, Query>();
  return () => {
    const database = db();
    const known = made.get(database);
    if (known) return known;
    const query = build(database);
    made.set(database, query);
    return query;
  };
}
