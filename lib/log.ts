import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { logLevel } from "@/lib/env";
import { redactText } from "@/lib/redact";

export { createStreamRedactor, redactor, redactText, type StreamRedactor } from "@/lib/redact";

/**
 * The log of this process: one JSON object a line, on the standard output. Every line passes the redactor, so that a known
 * secret, or what is shaped like a credential, is replaced wherever it stands.
 */
export const log = pino(
  {
    level: logLevel(),
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: (error: unknown) => describeError(error) },
    hooks: { streamWrite: redactText },
  },
  // Written when it is said: the last line before a process is killed is the one that is wanted.
  pino.destination({ dest: 1, sync: true }),
);

/** A short name for one unexpected error: all that the person who met it is told. */
export const errorId = (): string => randomBytes(5).toString("hex");

/** Logs an error that nobody expected, and gives the id under which it can be found. `where` names the door it came through. */
export function reportUnexpected(error: unknown, where: string): string {
  const id = errorId();
  log.error({ err: error, errorId: id, where }, "unexpected error");
  return id;
}

const DEEPEST_CAUSE = 5;

/** An error and its causes, without the parameters of a statement: they are people's data. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { name, message, stack, cause } = error;
  const code = (error as NodeJS.ErrnoException).code;
  const hasCause = cause !== undefined && depth < DEEPEST_CAUSE;
  return {
    type: name,
    message: withoutParameters(message),
    stack: withoutParameters(stack ?? ""),
    ...(code === undefined ? {} : { code }),
    ...(hasCause ? { cause: describeError(cause, depth + 1) } : {}),
  };
}

const withoutParameters = (text: string): string => text.replace(/^params: .*$/gm, "params: …");
