import { db } from "@/db";
import { systemActor } from "@/lib/access";
import { INSTANCE_CHAIN, record } from "@/lib/audit";
import { rotateInstanceData } from "@/lib/instances";
import { listProjectIds, rotateProjectData } from "@/lib/projects";
import { installMasterKey, keyStatus, type Rotation, rotateMasterKey } from "@/lib/vault";
import { type Command, readArguments } from "@/server/commands/command";

const inKeys = (number: number): string => (number === 1 ? "1 data key" : `${number} data keys`);

/** `keys status`: which master keys there are, and what depends on each. Fingerprints only. */
export const printKeyStatus: Command = async (args, print) => {
  readArguments(args, {});
  const { current, file, masterKeys, retired } = await keyStatus();
  print(`The current master key is ${current}${file === null ? " (MASTER_KEY)" : ` (${file})`}.`);
  for (const { fingerprint, dataKeys, isKnown } of masterKeys) {
    print(`  ${fingerprint}  wraps ${inKeys(dataKeys)}${isKnown ? "" : "  MISSING: those cannot be opened"}`);
  }
  const old = masterKeys.filter((key) => key.fingerprint !== current && key.dataKeys > 0 && key.isKnown);
  if (old.length > 0) print("A rotation is not finished. Run it again with: keys rotate");
  if (retired > 0)
    print(
      `  ${inKeys(retired)} of projects or of the instance ${retired === 1 ? "was replaced and waits" : "were replaced and wait"} to be deleted.`,
    );
  return masterKeys.every((key) => key.isKnown) ? 0 : 1;
};

/** `keys rotate [--new-key-file F]`: makes F the master key, then wraps every data key anew. Can be repeated at any point. */
export const rotateKeys: Command = async (args, print) => {
  const newKeyFile = readArguments(args, { "new-key-file": { type: "string" } }).text("new-key-file");
  const installed = newKeyFile === undefined ? null : installMasterKey(newKeyFile);
  const rotation = await rotateMasterKey();
  await recordRotation(rotation);
  print(
    rotation.rewrapped === 0 && rotation.failed.length === 0
      ? `Nothing had to be wrapped anew: every data key is wrapped by the master key ${rotation.fingerprint}. For another master key, name its file with --new-key-file.`
      : `${inKeys(rotation.rewrapped)} ${rotation.rewrapped === 1 ? "is" : "are"} now wrapped by the master key ${rotation.fingerprint}.`,
  );
  if (rotation.failed.length > 0) {
    print(`${rotation.failed.length} did not open and were left as they are: ${rotation.failed.join(", ")}`);
    return 1;
  }
  if (installed?.previousFile) {
    print(
      `The old key is kept at ${installed.previousFile}: backups made until now need it. Delete it when none is left.`,
    );
  }
  return 0;
};

/**
 * `keys rotate-project <project>|--all`: another data key for a project, and everything that it holds sealed with it. Can be
 * repeated at any point.
 */
export const rotateProjectKeys: Command = async (args, print) => {
  const isAll = args.includes("--all");
  const read = readArguments(args, { all: { type: "boolean" } }, isAll ? [] : ["project"]);
  let failures = 0;
  for (const id of isAll ? await listProjectIds() : read.words) {
    const { name, resealed, failed, isResumed } = await rotateProjectData(id);
    const done = isResumed ? "An earlier rotation is finished" : "It has another data key";
    print(`${name} (${id}): ${done}; ${resealed} rows were sealed with it.`);
    if (failed > 0) print(`  ${failed} rows did not open and were left as they are.`);
    failures += failed;
  }
  print("A key before is deleted by the worker after an hour, once nothing is sealed with it.");
  return failures === 0 ? 0 : 1;
};

/** `keys rotate-instance`: another data key for the instance's own secrets, sealed with it. Can be repeated at any point. */
export const rotateInstanceKey: Command = async (args, print) => {
  readArguments(args, {});
  const { resealed, failed, isResumed } = await rotateInstanceData();
  const done = isResumed ? "An earlier rotation is finished" : "The instance has another data key";
  print(`${done}; ${resealed} rows were sealed with it.`);
  if (failed > 0)
    print(`  ${failed} rows did not open and were left as they are: enter those secrets anew on /console.`);
  print("The key before is deleted by the worker after an hour, once nothing is sealed with it.");
  return failed === 0 ? 0 : 1;
};

const recordRotation = ({ fingerprint, rewrapped, failed }: Rotation): Promise<void> =>
  db().transaction((tx) =>
    record(tx, systemActor("Command line"), {
      chain: INSTANCE_CHAIN,
      event: "master_key.rotated",
      facts: { fingerprint, rewrapped, failed: failed.length },
    }),
  );
