import { parseAnsi } from "./ansi";

export type LogLevel = "warn" | "bad";

const failed =
  /^\W*(?:npm )?(?:error|err!|fatal|panic|uncaught|module not found|syntaxerror|typeerror|referenceerror)\b/i;
const warned = /^\W*(?:npm )?(?:warn|warning|deprecated)\b/i;

/**
 * Whether a line is a warning or an error, by how it begins or because all of it is written in that colour. The stream
 * says nothing about it: many programs write their progress to the standard error.
 */
export function levelOf(text: string): LogLevel | undefined {
  const segments = parseAnsi(text).filter((segment) => segment.text.trim() !== "");
  const plain = segments.map((segment) => segment.text).join("");
  if (plain === "") return undefined;
  if (failed.test(plain) || segments.every((segment) => segment.tone === "bad")) return "bad";
  if (warned.test(plain) || segments.every((segment) => segment.tone === "warn")) return "warn";
  return undefined;
}
