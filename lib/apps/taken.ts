import { conflict } from "@/lib/errors";

/** The unique constraint that a write ran into, or undefined for any other error. */
export function violatedConstraint(error: unknown): string | undefined {
  // Drizzle wraps what the driver throws.
  const { code, constraint, cause } = error as { code?: string; constraint?: string; cause?: unknown };
  if (code === "23505") return constraint;
  return cause === undefined ? undefined : violatedConstraint(cause);
}

export const NAME_TAKEN = "apps_name_unique";
export const HOST_TAKEN = "apps_host_unique";

export function nameTaken(name: string) {
  const message = `This project already has an app called ${name}. Choose another name.`;
  return conflict(message, { name: message });
}

/** Every random address that was tried is another app's already. */
export function hostTaken(name: string) {
  const message = `No free address was found for ${name}. Try again, or choose another name.`;
  return conflict(message, { name: message });
}
