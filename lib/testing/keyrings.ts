import { randomBytes } from "node:crypto";
import { Keyring } from "@/lib/vault/keyring";
import { type MasterKey, parseMasterKey } from "@/lib/vault/master-key";
import { masterKeyWrapper } from "@/lib/vault/wrapper";

/** A master key of a test's own. */
export const newMasterKey = (): MasterKey =>
  parseMasterKey(randomBytes(32).toString("base64"), "a test's key");

/** What another process would hold: a keyring without anything remembered, with these master keys. */
export const newKeyring = (current: MasterKey, ...previous: MasterKey[]): Keyring =>
  new Keyring(masterKeyWrapper(() => ({ current, previous })));
