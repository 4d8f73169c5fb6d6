import { RestError } from "./errors";

/** Reading fields of a JSON body; a wrong type is GitHub's 422 "Invalid request." */

type Body = Record<string, unknown>;

export function optionalText(body: Body, field: string): string | null {
  const value = body[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== "string")
    throw invalid(`For 'properties/${field}', ${JSON.stringify(value)} is not a string.`);
  return value;
}

export function requiredText(body: Body, field: string): string {
  const value = optionalText(body, field);
  if (value === null) throw invalid(`"${field}" wasn't supplied.`);
  return value;
}

export function optionalFlag(body: Body, field: string, fallback: boolean): boolean {
  const value = body[field];
  if (value === undefined || value === null) return fallback;
  if (typeof value !== "boolean")
    throw invalid(`For 'properties/${field}', ${JSON.stringify(value)} is not a boolean.`);
  return value;
}

export function oneOf(value: string, field: string, allowed: readonly string[]): string {
  if (!allowed.includes(value)) {
    throw invalid(`For 'properties/${field}', "${value}" is not a member of ${JSON.stringify(allowed)}.`);
  }
  return value;
}

export function optionalList(body: Body, field: string): string[] | null {
  const value = body[field];
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value) || value.some((item) => typeof item !== "string")) {
    throw invalid(`For 'properties/${field}', ${JSON.stringify(value)} is not an array of strings.`);
  }
  return value as string[];
}

function invalid(what: string): RestError {
  return new RestError(422, `Invalid request.\n\n${what}`);
}
