/**
 * For `Symbol.hasInstance` of an error class that objects on globalThis throw. Next bundles pages, actions and handlers apart, so a
 * process has several copies of a class, and what they share throws that of whichever was there first: one error is the other's by
 * its name.
 */
export const isNamed = (value: unknown, name: string): boolean =>
  value instanceof Error && value.name === name;
