import { ZodError } from "zod";
import { isConsoleError } from "@/lib/errors";
import { reportUnexpected } from "@/lib/log";
import { VaultError } from "@/lib/vault";
import { findCommand, usage } from "@/server/commands";
import { UsageError } from "@/server/commands/command";

const FAILED = 1;
const MISUSED = 2;

/** Where a command's answers and complaints go. */
export type Terminal = { answer(line: string): void; complain(line: string): void };

/** Runs the command that a command line names. Returns the exit code: 0, 1 for a failure, 2 for a line that says nothing. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args[0] === "help" || args[0] === "--help") {
    terminal.answer(usage());
    return 0;
  }
  const found = findCommand(args);
  if (!found) {
    const what = args.length === 0 ? "Which command?" : `There is no command "${args.join(" ")}".`;
    terminal.complain(`${what}\n\n${usage()}`);
    return MISUSED;
  }
  try {
    return await found.entry.run(found.rest, terminal.answer);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.complain(`${error.message}\n\nUsage: npm run console -- ${found.entry.usage}`);
      return MISUSED;
    }
    terminal.complain(sentence(error));
    return FAILED;
  }
}

function sentence(error: unknown): string {
  if (isConsoleError(error) || error instanceof VaultError) return error.message;
  if (error instanceof ZodError) return error.issues.map((issue) => issue.message).join(" ");
  return `Something unexpected happened; the log has it as ${reportUnexpected(error, "console")}.`;
}
