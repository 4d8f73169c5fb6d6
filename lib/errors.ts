/** What every transport can say of an expected failure. One class for each answer, translated once for each transport. */
export type ErrorCode =
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "invalid"
  | "conflict"
  | "rate_limited"
  | "unavailable";

const HTTP_STATUS: Record<ErrorCode, number> = {
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  invalid: 422,
  conflict: 409,
  rate_limited: 429,
  unavailable: 503,
};

export type FieldErrors = Record<string, string>;

/** An expected failure. `message` is one sentence for the person who asked; it never carries a secret or a foreign name. */
export class ConsoleError extends Error {
  override readonly name = "ConsoleError";
  readonly status: number;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly fields: FieldErrors = {},
  ) {
    super(message);
    this.status = HTTP_STATUS[code];
  }
}

export const unauthenticated = () => new ConsoleError("unauthenticated", "Sign in to go on.");
export const forbidden = (message: string) => new ConsoleError("forbidden", message);
/** The same words for what is foreign and for what does not exist. */
export const notFound = () => new ConsoleError("not_found", "There is nothing here, or you may not see it.");
export const invalid = (message: string, fields: FieldErrors = {}) =>
  new ConsoleError("invalid", message, fields);
export const conflict = (message: string, fields: FieldErrors = {}) =>
  new ConsoleError("conflict", message, fields);
export const rateLimited = (message: string) => new ConsoleError("rate_limited", message);
export const unavailable = (message: string) => new ConsoleError("unavailable", message);

export const isConsoleError = (error: unknown): error is ConsoleError => error instanceof ConsoleError;

/**
 * For `Symbol.hasInstance` of an error class that objects on globalThis throw. Next bundles pages, actions and handlers apart, so a
 * process has several copies of a class, and what they share throws that of whichever was there first: one error is the other's by
 * its name.
 */
export const isNamed = (value: unknown, name: string): boolean =>
  value instanceof Error && value.name === name;
