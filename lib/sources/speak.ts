import { CredentialUnavailable } from "@/lib/credentials";
import { type ConsoleError, conflict, invalid, isConsoleError, unavailable } from "@/lib/errors";
import { ProviderRejected, ProviderUnavailable, RepositoryGone } from "@/lib/providers";

/** What a provider's failure means to the person who waits for an answer. Unknown errors pass through unchanged. */
function speak(error: unknown): unknown {
  if (isConsoleError(error)) return error;
  if (error instanceof CredentialUnavailable) return conflict(error.message);
  if (error instanceof ProviderUnavailable) return tryLater(error);
  if (error instanceof ProviderRejected) return conflict(error.message);
  if (error instanceof RepositoryGone) {
    const message = "There is no such repository, or this account may not see it.";
    return invalid(message, { repository: message });
  }
  return error;
}

function tryLater({ message, retryAt }: ProviderUnavailable): ConsoleError {
  if (!retryAt) return unavailable(`${message} Try again in a moment.`);
  const minutes = Math.max(1, Math.ceil((retryAt.getTime() - Date.now()) / 60_000));
  return unavailable(`${message} Try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`);
}

/** Runs a call to a provider for a person. */
export async function speaking<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw speak(error);
  }
}
