import { loadMasterKeys } from "@/lib/vault/key-files";
import { Keyring } from "@/lib/vault/keyring";
import { masterKeyWrapper } from "@/lib/vault/wrapper";

// Next bundles pages, actions and handlers apart: one keyring for a process has to live outside of modules.
const KEY = Symbol.for("skytells.console.keyring");
const globals = globalThis as unknown as Record<symbol, Keyring | undefined>;

/** This process's keyring, with the master keys of the environment. Throws what `loadMasterKeys` throws. */
export function keyring(): Keyring {
  globals[KEY] ??= new Keyring(masterKeyWrapper(() => loadMasterKeys()));
  return globals[KEY];
}
