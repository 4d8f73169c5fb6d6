import { ZodError } from "zod";
import { closeDatabase } from "@/db";
import { isConsoleError } from "@/lib/errors";
import { reportUnexpected } from "@/lib/log";
import { VaultError } from "@/lib/vault";
import { findCommand, usage } from "@/server/commands";
import { UsageError } from "@/server/commands/command";

const FAILED = 1;
const MISUSED = 2;

/** One command of the terminal, `npm run console -- <command>`. Answers go to stdout, complaints to stderr. */
async function main(args: readonly string[]): Promise<number> {
  if (args.length === 0 || args[0] === "help" || args[0] === "--help") {
    console.log(usage());
    return args.length === 0 ? MISUSED : 0;
  }
  const found = findCommand(args);
  if (!found) return complain(`There is no command "${args.join(" ")}".\n\n${usage()}`, MISUSED);
  try {
    return await found.entry.run(found.rest, (line) => console.log(line));
  } catch (error) {
    if (!(error instanceof UsageError)) return complain(sentence(error), FAILED);
    return complain(`${error.message}\n\nUsage: npm run console -- ${found.entry.usage}`, MISUSED);
  }
}

function complain(text: string, code: number): number {
  console.error(text);
  return code;
}

function sentence(error: unknown): string {
  if (isConsoleError(error) || error instanceof VaultError) return error.message;
  if (error instanceof ZodError) return error.issues.map((issue) => issue.message).join(" ");
  return `Something unexpected happened; the log has it as ${reportUnexpected(error, "console")}.`;
}

const code = await main(process.argv.slice(2));
await closeDatabase();
process.exitCode = code;
