import { createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { type Executor, type KeyPurpose, newId } from "@/db";
import {
  type DataKeyRow,
  findAll,
  findById,
  findCurrent,
  insertCurrent,
  isTransaction,
  type KeyOwner,
} from "@/lib/vault/data-keys";
import { VaultError } from "@/lib/vault/errors";
import type { KeyWrapper } from "@/lib/vault/wrapper";

/** A data key, open. */
export type DataKey = { id: string; purpose: KeyPurpose; projectId: string | null; key: KeyObject };

const DATA_KEY_BYTES = 32;
const CACHED_KEYS = 5_000;

/** The data keys of one process: made when first needed, unwrapped once. */
export class Keyring {
  readonly wrapper: KeyWrapper;
  readonly #open = new Map<string, DataKey>();
  /** Made here inside a transaction, and not yet seen committed: a rollback may have taken them back. */
  readonly #unconfirmed = new Set<string>();

  constructor(wrapper: KeyWrapper) {
    this.wrapper = wrapper;
  }

  /**
   * The key that seals for an owner. Which one it is comes from the database every time (another process may have retired
   * it); only the unwrapping is remembered. Made here, with the caller's executor, when there is none: on a connection of
   * its own it would wait for the caller's own transaction.
   */
  async current(executor: Executor, owner: KeyOwner): Promise<DataKey> {
    const row = (await findCurrent(executor, owner)) ?? (await this.#make(executor, owner));
    return this.#unwrap(executor, row);
  }

  /** A key by its id. Throws `unknown_key` when there is none. */
  async byId(executor: Executor, id: string): Promise<DataKey> {
    const cached = this.#open.get(id);
    if (cached) return cached;
    const row = await findById(executor, id);
    if (!row) throw new VaultError("unknown_key", `The data key ${id} does not exist.`);
    return this.#unwrap(executor, row);
  }

  /** Every key of an owner, newest first; the first one seals. */
  async all(executor: Executor, owner: KeyOwner): Promise<DataKey[]> {
    const rows = await findAll(executor, owner);
    return Promise.all(rows.map((row) => this.#unwrap(executor, row)));
  }

  async #make(executor: Executor, owner: KeyOwner): Promise<DataKeyRow> {
    const id = newId("dek");
    const bytes = randomBytes(DATA_KEY_BYTES);
    const context = { dataKeyId: id, purpose: owner.purpose, projectId: owner.projectId };
    const { wrapped, fingerprint } = await this.wrapper.wrap(createSecretKey(bytes), context);
    bytes.fill(0);
    const row = {
      id,
      purpose: owner.purpose,
      projectId: owner.projectId,
      wrapped,
      masterFingerprint: fingerprint,
    };
    if (isTransaction(executor)) this.#unconfirmed.add(id);
    if (await insertCurrent(executor, row)) return row;
    this.#unconfirmed.delete(id);
    const winner = await findCurrent(executor, owner);
    if (!winner)
      throw new VaultError("unknown_key", "The data key was retired while it was being made. Try again.");
    return winner;
  }

  async #unwrap(executor: Executor, row: DataKeyRow): Promise<DataKey> {
    const cached = this.#open.get(row.id);
    if (cached) return cached;
    const { id, purpose, projectId } = row;
    const wrapped = { wrapped: row.wrapped, fingerprint: row.masterFingerprint };
    const key = await this.wrapper.unwrap(wrapped, { dataKeyId: id, purpose, projectId });
    const dataKey = { id, purpose, projectId, key };
    this.#remember(executor, dataKey);
    return dataKey;
  }

  #remember(executor: Executor, dataKey: DataKey): void {
    if (!isTransaction(executor)) this.#unconfirmed.delete(dataKey.id);
    if (this.#unconfirmed.has(dataKey.id)) return;
    const oldest = this.#open.size >= CACHED_KEYS ? this.#open.keys().next().value : undefined;
    if (oldest !== undefined) this.#open.delete(oldest);
    this.#open.set(dataKey.id, dataKey);
  }
}
