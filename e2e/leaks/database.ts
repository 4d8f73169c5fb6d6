import pg from "pg";
import type { Evidence } from "./evidence";

const BATCH = 2000;

/** Every row of every table, as a dump has it. */
export async function dumpDatabase(connectionString: string): Promise<Evidence[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
    );
    const dumped: Evidence[] = [];
    for (const { name } of rows) dumped.push(...(await dumpTable(client, name)));
    return dumped;
  } finally {
    await client.end();
  }
}

/** Values as the server writes them, neither parsed nor quoted. */
const AS_TEXT = { getTypeParser: () => (value: string | Buffer) => value.toString() };

async function dumpTable(client: pg.Client, name: string): Promise<Evidence[]> {
  const { rows } = await client.query<(string | null)[]>({
    text: `select * from ${name}`,
    rowMode: "array",
    types: AS_TEXT,
  });
  const parts: Evidence[] = [];
  for (let from = 0; from < rows.length; from += BATCH) {
    const text = rows
      .slice(from, from + BATCH)
      .flat()
      .join("\n");
    parts.push({ place: "database", where: name, bytes: Buffer.from(text, "utf8") });
  }
  return parts;
}
