import { createSecretKey, type KeyObject } from "node:crypto";
import type { KeyPurpose } from "@/db";
import { decodeCanonical } from "@/lib/vault/base64url";
import { decrypt, encrypt } from "@/lib/vault/cipher";
import { VaultError } from "@/lib/vault/errors";
import type { MasterKey } from "@/lib/vault/master-key";
import { lengthPrefixed } from "@/lib/vault/place";

/** What a data key is wrapped for. A wrapped key copied to another row does not open there. */
export type WrapContext = { dataKeyId: string; purpose: KeyPurpose; projectId: string | null };

/** A wrapped data key, and which master key opens it. */
export type Wrapped = { wrapped: string; fingerprint: string };

/** What keeps data keys closed: master keys in this process, or a key management service that never gives its key away. */
export interface KeyWrapper {
  /** The fingerprint of the master key that `wrap` uses now. */
  current(): Promise<string>;
  /** Every fingerprint that `unwrap` can open. */
  known(): Promise<readonly string[]>;
  /** Closes a data key under the current master key. */
  wrap(dataKey: KeyObject, context: WrapContext): Promise<Wrapped>;
  /** Opens a data key. Throws `key_unavailable` for a master key that it does not have, `tampered` for one that does not fit. */
  unwrap(wrapped: Wrapped, context: WrapContext): Promise<KeyObject>;
}

/** The current master key, and those that still open what was wrapped before. */
export type MasterKeys = { current: MasterKey; previous: readonly MasterKey[] };

const LABEL = "skytells-console/wrapped/v1";
const SHAPE = /^w1\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{64})$/;

/**
 * Wraps with master keys held in memory. `load` is asked again whenever it matters which key is the current one, and when a
 * fingerprint is not known, so that a rotation is followed by the processes that are already running.
 */
export function masterKeyWrapper(load: () => MasterKeys): KeyWrapper {
  let keys = load();
  const latest = () => {
    keys = load();
    return keys;
  };
  const all = ({ current, previous }: MasterKeys) => [current, ...previous];
  const find = (fingerprint: string, among: MasterKeys) =>
    all(among).find((master) => master.fingerprint === fingerprint);
  return {
    current: async () => latest().current.fingerprint,
    known: async () => all(latest()).map((master) => master.fingerprint),
    wrap: async (dataKey, context) => wrapWith(latest().current, dataKey, context),
    unwrap: async ({ wrapped, fingerprint }, context) => {
      const master = find(fingerprint, keys) ?? find(fingerprint, latest());
      if (!master) {
        const given = all(keys).map((key) => key.fingerprint);
        throw wanted(fingerprint, given);
      }
      return unwrapWith(master, wrapped, context);
    },
  };
}

/** The error that names the master key that is missing, and those that were given. */
export function wanted(fingerprint: string, given: readonly string[]): VaultError {
  const names = given.join(", ");
  return new VaultError(
    "key_unavailable",
    `The stored keys were wrapped by the master key ${fingerprint}, but this process was given ${names || "none"}. ` +
      "Set MASTER_KEY_FILE (or MASTER_KEY) to that key, or name its file in MASTER_KEY_PREVIOUS_FILES.",
  );
}

function wrapWith(master: MasterKey, dataKey: KeyObject, context: WrapContext): Wrapped {
  const plain = dataKey.export();
  const { nonce, body } = encrypt(master.key, plain, wrapData(context));
  plain.fill(0);
  const wrapped = `w1.${nonce.toString("base64url")}.${body.toString("base64url")}`;
  return { wrapped, fingerprint: master.fingerprint };
}

function unwrapWith(master: MasterKey, wrapped: string, context: WrapContext): KeyObject {
  const [, nonceText, bodyText] = SHAPE.exec(wrapped) ?? [];
  const nonce = decodeCanonical(nonceText ?? "");
  const body = decodeCanonical(bodyText ?? "");
  if (!nonce?.length || !body?.length)
    throw new VaultError("malformed", "A wrapped data key is not shaped like one.");
  const plain = decrypt(master.key, { nonce, body }, wrapData(context));
  const key = createSecretKey(plain);
  plain.fill(0);
  return key;
}

function wrapData({ dataKeyId, purpose, projectId }: WrapContext): Buffer {
  return lengthPrefixed([
    LABEL,
    dataKeyId,
    purpose,
    projectId === null ? "instance" : `project:${projectId}`,
  ]);
}
