import { parseArgs } from "node:util";

/** What one command of the terminal does. Returns the exit code; what it prints is its answer. */
export type Command = (args: readonly string[], print: (line: string) => void) => Promise<number>;

/** The command line cannot be understood. The message says what was wrong; the usage is printed below it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

type Options = Record<string, { type: "string" | "boolean" }>;

/** Reads `--name value` options and the words beside them; anything unknown is a UsageError. */
export function readArguments(args: readonly string[], options: Options, words: readonly string[] = []) {
  const { values, positionals } = parse(args, options);
  const missing = words[positionals.length];
  if (missing !== undefined) throw new UsageError(`<${missing}> is missing.`);
  if (positionals.length > words.length)
    throw new UsageError(`"${positionals[words.length]}" was not expected.`);
  return {
    words: positionals,
    text: (name: string): string | undefined => {
      const value = values[name];
      return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
    },
    isSet: (name: string): boolean => values[name] === true,
  };
}

function parse(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [sentence] = (error as Error).message.split(/(?<=\.)\s/);
    throw new UsageError(sentence ?? "The options cannot be read.");
  }
}

/** An option that has to be there. */
export function required(value: string | undefined, name: string): string {
  if (value === undefined) throw new UsageError(`--${name} is missing.`);
  return value;
}
