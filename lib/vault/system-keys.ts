import type { KeyObject } from "node:crypto";
import { createHmac } from "node:crypto";
import { db, type Executor } from "@/db";
import { Secret } from "@/lib/secret";
import type { KeyOwner } from "@/lib/vault/data-keys";
import { keyring } from "@/lib/vault/default-keyring";
import { VaultError } from "@/lib/vault/errors";
import type { DataKey, Keyring } from "@/lib/vault/keyring";
import { lengthPrefixed } from "@/lib/vault/place";

const SYSTEM_OWNERS: readonly KeyOwner[] = [
  { purpose: "instance", projectId: null },
  { purpose: "session", projectId: null },
  { purpose: "audit", projectId: null },
];
const SESSION: KeyOwner = { purpose: "session", projectId: null };
const AUDIT: KeyOwner = { purpose: "audit", projectId: null };
const SESSION_KEYS_LIVE_MS = 60_000;

/** Makes the keys that belong to the instance, so that no verb has to make them while it holds locks. */
export async function ensureSystemKeys(executor: Executor, ring: Keyring = keyring()): Promise<void> {
  for (const owner of SYSTEM_OWNERS) await ring.current(executor, owner);
}

/** Makes a project's data key. Called where a project is created, so that two first seals need not meet. */
export async function ensureProjectKey(executor: Executor, projectId: string): Promise<void> {
  await keyring().current(executor, { purpose: "project", projectId });
}

/** What signs sessions: random, versioned, independent of the master key, good for nothing else. */
export type SessionKeys = { current: Secret; all: Secret[] };

const CACHE = Symbol.for("skytells.console.session-keys");
type Cached = { keys: SessionKeys; until: number };
const globals = globalThis as unknown as Record<symbol, Cached | undefined>;

/**
 * The session keys: `current` signs, each of `all` verifies. Rotating the master key leaves them as they are. Remembered for
 * a minute, since every request asks.
 */
export async function sessionKeys(): Promise<SessionKeys> {
  const cached = globals[CACHE];
  if (cached && cached.until > performance.now()) return cached.keys;
  const current = await keyring().current(db(), SESSION);
  const others = (await keyring().all(db(), SESSION)).filter((dataKey) => dataKey.id !== current.id);
  const keys = { current: asText(current), all: [current, ...others].map(asText) };
  globals[CACHE] = { keys, until: performance.now() + SESSION_KEYS_LIVE_MS };
  return keys;
}

const asText = ({ key }: DataKey): Secret => new Secret(key.export().toString("base64url"));

/** An audit key: the current one, or the one that a chain was begun with. */
export async function auditKey(executor: Executor, id?: string): Promise<{ id: string; key: KeyObject }> {
  if (id === undefined) return keyring().current(executor, AUDIT);
  const found = await keyring().byId(executor, id);
  if (found.purpose !== "audit")
    throw new VaultError("unknown_key", `The data key ${id} is not an audit key.`);
  return found;
}

/**
 * Tells secrets apart without telling them: 12 hex digits of an HMAC under a key outside the database. The same secret has the
 * same fingerprint for one label, whatever happens to the master key.
 */
export async function keyedFingerprint(executor: Executor, secret: Secret, label: string): Promise<string> {
  const [first] = (await keyring().all(executor, AUDIT)).slice(-1);
  const { key } = first ?? (await auditKey(executor));
  const input = lengthPrefixed(["skytells-console/fingerprint/v1", label, secret.reveal()]);
  return createHmac("sha256", key).update(input).digest("hex").slice(0, 12);
}
