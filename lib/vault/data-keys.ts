import { and, desc, eq, is, isNull, max } from "drizzle-orm";
import { PgTransaction } from "drizzle-orm/pg-core";
import { dataKeys, type Executor, type KeyPurpose } from "@/db";

/** Whom a data key belongs to. Session and audit keys are wrapped alike, but seal nothing. */
export type KeyOwner =
  | { purpose: "project"; projectId: string }
  | { purpose: Exclude<KeyPurpose, "project">; projectId: null };

/** Those whose keys seal values. */
export type SealOwner = { purpose: "project"; projectId: string } | { purpose: "instance"; projectId: null };

/** A project, or the instance itself (null). */
export const sealOwner = (projectId: string | null): SealOwner =>
  projectId === null ? { purpose: "instance", projectId } : { purpose: "project", projectId };

export type DataKeyRow = {
  id: string;
  purpose: KeyPurpose;
  projectId: string | null;
  wrapped: string;
  masterFingerprint: string;
};

const columns = {
  id: dataKeys.id,
  purpose: dataKeys.purpose,
  projectId: dataKeys.projectId,
  wrapped: dataKeys.wrapped,
  masterFingerprint: dataKeys.masterFingerprint,
};

/** True inside a transaction: what is read there may not be committed. */
export const isTransaction = (executor: Executor): boolean => is(executor, PgTransaction);

export const owned = (owner: KeyOwner) =>
  and(
    eq(dataKeys.purpose, owner.purpose),
    owner.projectId === null ? isNull(dataKeys.projectId) : eq(dataKeys.projectId, owner.projectId),
  );

/**
 * The key that seals for an owner now. Inside a transaction the row is held until its end, so that whoever retires the key
 * afterwards finds everything that was sealed with it.
 */
export async function findCurrent(executor: Executor, owner: KeyOwner): Promise<DataKeyRow | undefined> {
  const query = executor
    .select(columns)
    .from(dataKeys)
    .where(and(owned(owner), isNull(dataKeys.retiredAt)));
  const [row] = await (isTransaction(executor) ? query.for("share") : query);
  return row;
}

export async function findById(executor: Executor, id: string): Promise<DataKeyRow | undefined> {
  const [row] = await executor.select(columns).from(dataKeys).where(eq(dataKeys.id, id));
  return row;
}

/** Every key of an owner, newest first, retired ones included. */
export const findAll = (executor: Executor, owner: KeyOwner): Promise<DataKeyRow[]> =>
  executor.select(columns).from(dataKeys).where(owned(owner)).orderBy(desc(dataKeys.version));

/** Stores a new key. False when another one is current already: two first seals meet at the unique index. */
export async function insertCurrent(executor: Executor, row: DataKeyRow): Promise<boolean> {
  const owner = { purpose: row.purpose, projectId: row.projectId } as KeyOwner;
  const [last] = await executor
    .select({ version: max(dataKeys.version) })
    .from(dataKeys)
    .where(owned(owner));
  const inserted = await executor
    .insert(dataKeys)
    .values({ ...row, version: (last?.version ?? 0) + 1 })
    .onConflictDoNothing()
    .returning({ id: dataKeys.id });
  return inserted.length === 1;
}
