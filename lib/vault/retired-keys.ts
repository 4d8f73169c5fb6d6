import { and, eq, inArray, isNull, lt, type SQL, sql } from "drizzle-orm";
import { dataKeys, db, type Executor } from "@/db";
import { owned, sealOwner } from "@/lib/vault/data-keys";

/** Longer than any call that has read a ciphertext and not opened it yet. */
const KEPT_MINUTES = 60;

/** True where something of a project, or of the instance (null), is sealed by a data key that is retired: a rotation was not finished. */
export async function hasOutdatedValues(projectId: string | null): Promise<boolean> {
  const [current] = await db()
    .select({ id: dataKeys.id })
    .from(dataKeys)
    .where(and(owned(sealOwner(projectId)), isNull(dataKeys.retiredAt)));
  return current ? await isSealedBy(projectId, sql`<> ${current.id}`) : false;
}

/**
 * Deletes the data keys of projects, and of the instance, that were retired an hour ago or more and that no sealed value names. Whichever column that
 * is: all whose name says that they are sealed are looked through. Answers how many it deleted.
 */
export async function dropUnusedKeys(): Promise<number> {
  const retired = await db()
    .select({ id: dataKeys.id, projectId: dataKeys.projectId })
    .from(dataKeys)
    .where(
      and(
        inArray(dataKeys.purpose, ["project", "instance"]),
        lt(dataKeys.retiredAt, sql`now() - make_interval(mins => ${KEPT_MINUTES})`),
      ),
    );
  let dropped = 0;
  for (const { id, projectId } of retired) {
    if (await isSealedBy(projectId, sql`= ${id}`)) continue;
    await db().delete(dataKeys).where(eq(dataKeys.id, id));
    dropped += 1;
  }
  return dropped;
}

async function isSealedBy(projectId: string | null, key: SQL): Promise<boolean> {
  const columns = projectId === null ? await instanceColumns(db()) : await sealedColumns(db());
  for (const { table, column } of columns) {
    if (await holds(db(), { table, column, projectId }, key)) return true;
  }
  return false;
}

type SealedColumn = { table: string; column: string };

/** Every column of a project's tables that holds ciphertexts, by the rule that their names end in `_sealed`. */
export const sealedColumns = (executor: Executor): Promise<SealedColumn[]> =>
  columnsWhere(executor, sql`exists`);

/** The same of the tables that belong to no project. */
export const instanceColumns = (executor: Executor): Promise<SealedColumn[]> =>
  columnsWhere(executor, sql`not exists`);

async function columnsWhere(executor: Executor, ofProjects: SQL): Promise<SealedColumn[]> {
  const { rows } = await executor.execute<SealedColumn>(sql`
    select c.table_name as "table", c.column_name as "column" from information_schema.columns c
    where c.table_schema = 'public' and c.column_name like '%\\_sealed' and ${ofProjects} (
      select 1 from information_schema.columns p
      where p.table_schema = c.table_schema and p.table_name = c.table_name and p.column_name = 'project_id')
    order by 1, 2`);
  return rows;
}

async function holds(
  executor: Executor,
  { table, column, projectId }: SealedColumn & { projectId: string | null },
  condition: SQL,
): Promise<boolean> {
  const { rows } = await executor.execute(sql`
    select 1 from ${sql.identifier(table)} where ${projectId === null ? sql`true` : sql`project_id = ${projectId}`}
      and split_part(${sql.identifier(column)}, '.', 2) ${condition} limit 1`);
  return rows.length > 0;
}
