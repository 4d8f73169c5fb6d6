import { verifyChain } from "@/lib/audit";
import { type Command, readArguments } from "@/server/commands/command";

/** `audit verify`: walks every chain of the audit and names the first row of each that is not as it was recorded. */
export const verifyAudit: Command = async (args, print) => {
  readArguments(args, {});
  const { chains, events, problems } = await verifyChain();
  for (const { chain, id, sentence } of problems)
    print(`${chain}: ${sentence}${id === null ? "" : ` (${id})`}`);
  if (problems.length > 0) {
    print(`${problems.length} of ${chains} chains are not as they were recorded.`);
    return 1;
  }
  print(`${events} events in ${chains} chains are as they were recorded.`);
  return 0;
};
