import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { dataKeys, db, type Executor } from "@/db";

/** Longer than any call that has read a ciphertext and not opened it yet. */
const KEPT_MINUTES = 60;

/** True where something of a project is sealed by a data key that is retired: a rotation was not finished. */
export async function hasOutdatedValues(projectId: string): Promise<boolean> {
  const [current] = await db()
    .select({ id: dataKeys.id })
    .from(dataKeys)
    .where(and(eq(dataKeys.projectId, projectId), isNull(dataKeys.retiredAt)));
  if (!current) return false;
  for (const { table, column } of await sealedColumns(db())) {
    if (await holds(db(), { table, column, projectId }, sql`<> ${current.id}`)) return true;
  }
  return false;
}

/**
 * Deletes the data keys of projects that were retired an hour ago or more and that no sealed value names. Whichever column that
 * is: all whose name says that they are sealed are looked through. Answers how many it deleted.
 */
export async function dropUnusedKeys(): Promise<number> {
  const retired = await db()
    .select({ id: dataKeys.id, projectId: dataKeys.projectId })
    .from(dataKeys)
    .where(
      and(
        eq(dataKeys.purpose, "project"),
        lt(dataKeys.retiredAt, sql`now() - make_interval(mins => ${KEPT_MINUTES})`),
      ),
    );
  let dropped = 0;
  for (const { id, projectId } of retired) {
    if (projectId === null || (await isNamed(id, projectId))) continue;
    await db().delete(dataKeys).where(eq(dataKeys.id, id));
    dropped += 1;
  }
  return dropped;
}

async function isNamed(id: string, projectId: string): Promise<boolean> {
  for (const { table, column } of await sealedColumns(db())) {
    if (await holds(db(), { table, column, projectId }, sql`= ${id}`)) return true;
  }
  return false;
}

type SealedColumn = { table: string; column: string };

/** Every column of a project's tables that holds ciphertexts, by the rule that their names end in `_sealed`. */
export async function sealedColumns(executor: Executor): Promise<SealedColumn[]> {
  const { rows } = await executor.execute<SealedColumn>(sql`
    select c.table_name as "table", c.column_name as "column" from information_schema.columns c
    where c.table_schema = 'public' and c.column_name like '%\\_sealed' and exists (
      select 1 from information_schema.columns p
      where p.table_schema = c.table_schema and p.table_name = c.table_name and p.column_name = 'project_id')
    order by 1, 2`);
  return rows;
}

async function holds(
  executor: Executor,
  { table, column, projectId }: SealedColumn & { projectId: string },
  condition: ReturnType<typeof sql>,
): Promise<boolean> {
  const { rows } = await executor.execute(sql`
    select 1 from ${sql.identifier(table)} where project_id = ${projectId}
      and split_part(${sql.identifier(column)}, '.', 2) ${condition} limit 1`);
  return rows.length > 0;
}
