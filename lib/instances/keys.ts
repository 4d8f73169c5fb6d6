import { count } from "drizzle-orm";
import { dataKeys, db, type KeyPurpose } from "@/db";
import type { InstanceContext } from "@/lib/access";
import { keyStatus } from "@/lib/vault";

/** A master key as an instance admin sees it: its fingerprint, and what it opens. Never the key. */
export type MasterKeyView = {
  fingerprint: string;
  /** New data keys are wrapped by it. */
  isCurrent: boolean;
  /** Whether this process has it: without it, what it wraps stays closed. */
  isKnown: boolean;
  /** How many data keys of projects it wraps, older ones included. */
  projectKeys: number;
  /** Which of the instance's own keys it wraps. */
  ownKeys: Exclude<KeyPurpose, "project">[];
};

export type KeysView = {
  /** Where the current master key is. */
  source: "file" | "variable";
  masterKeys: MasterKeyView[];
  /** Data keys, of projects and of the instance, that only open what was not sealed anew yet. */
  retired: number;
};

/** Which master keys there are and what depends on each, the current one first. Fingerprints only. */
export async function getKeys(_ctx: InstanceContext): Promise<KeysView> {
  const [status, wraps] = await Promise.all([keyStatus(), countWraps()]);
  const masterKeys = status.masterKeys.map(({ fingerprint, isKnown }) => {
    const its = wraps.filter((row) => row.fingerprint === fingerprint);
    return {
      fingerprint,
      isKnown,
      isCurrent: fingerprint === status.current,
      projectKeys: its.find(({ purpose }) => purpose === "project")?.number ?? 0,
      ownKeys: its.flatMap(({ purpose }) => (purpose === "project" ? [] : [purpose])).sort(),
    };
  });
  return {
    source: status.file === null ? "variable" : "file",
    masterKeys: masterKeys.sort((one, other) => Number(other.isCurrent) - Number(one.isCurrent)),
    retired: status.retired,
  };
}

const countWraps = () =>
  db()
    .select({ fingerprint: dataKeys.masterFingerprint, purpose: dataKeys.purpose, number: count() })
    .from(dataKeys)
    .groupBy(dataKeys.masterFingerprint, dataKeys.purpose);
