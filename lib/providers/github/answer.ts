import { EgressError } from "@/lib/egress";
import {
  ProviderRejected,
  ProviderUnauthorized,
  ProviderUnavailable,
  unansweredCause,
} from "@/lib/providers/errors";

/** GitHub understood and said no in a way that only the caller can interpret: 403, 404, 409, 410, 422, 451. */
export class GitHubRefusal extends Error {
  override readonly name = "GitHubRefusal";
  constructor(
    readonly status: number,
    readonly data: unknown,
  ) {
    super(`GitHub answered ${status}.`);
  }

  /** What GitHub wrote, in lower case: to tell refusals apart, never to show. */
  get words(): string {
    return JSON.stringify(this.data ?? "").toLowerCase();
  }
}

/** A conditional read found nothing new. */
export class NotModified extends Error {
  override readonly name = "NotModified";
}

type Headers = Record<string, string | number | undefined>;

/** Octokit's RequestError, by its shape: its class lives in a package that is not ours to name. */
type RequestError = Error & { response?: { status: number; headers: Headers; data: unknown } };

const isRequestError = (error: unknown): error is RequestError =>
  error instanceof Error && error.name === "HttpError" && "status" in error;

/** What a failed call means. Never lets a RequestError out: it carries the request, and with it the token. */
export function translateFailure(error: unknown, signal?: AbortSignal): Error {
  if (signal?.aborted)
    return signal.reason instanceof Error ? signal.reason : new Error("The call was aborted.");
  if (!isRequestError(error)) return unreachable(error);
  if (!error.response) return unreachable(error.cause ?? error);
  const { status, headers, data } = error.response;
  if (status === 304) return new NotModified();
  if (status === 401) return new ProviderUnauthorized("GitHub does not accept this token.");
  if (status === 403 && isSuspended(data)) {
    return new ProviderRejected("suspended", "GitHub has suspended this account.");
  }
  if (status === 429 || (status === 403 && isRateLimited(headers, data))) return rateLimited(headers);
  if (status >= 500) {
    return new ProviderUnavailable(`GitHub answered ${status}.`, "server_error", retryAfter(headers));
  }
  return new GitHubRefusal(status, data);
}

/** "Sorry. Your account was suspended.": said to every call of that account, whatever it asks for. */
const isSuspended = (data: unknown): boolean =>
  /account (?:was|has been|is) suspended/i.test(JSON.stringify(data ?? ""));

/** An answer that is not what GitHub's documentation says: HTML of a proxy, a login page, a cut body. */
export const badAnswer = () =>
  new ProviderUnavailable("GitHub's answer could not be understood.", "bad_answer");

/** No answer at all: refused, cut, filtered or too slow. */
export function unreachable(error: unknown): ProviderUnavailable {
  return isTimeout(error)
    ? new ProviderUnavailable("GitHub did not answer in time.", "timeout")
    : new ProviderUnavailable("GitHub could not be reached.", causeOf(error));
}

const causeOf = (error: unknown) => (error instanceof EgressError ? unansweredCause(error) : "unreachable");

const isTimeout = (error: unknown) =>
  error instanceof EgressError
    ? error.kind === "timeout"
    : error instanceof Error && error.name === "TimeoutError";

/** Primary limit: nothing remains. Secondary limit: `Retry-After`, or only words [GitHub docs, "Rate limits for the REST API"]. */
function isRateLimited(headers: Headers, data: unknown): boolean {
  if (headers["x-ratelimit-remaining"] === "0" || headers["retry-after"] !== undefined) return true;
  return /rate limit|abuse detection/i.test(JSON.stringify(data ?? ""));
}

function rateLimited(headers: Headers): ProviderUnavailable {
  const retryAt = retryAfter(headers) ?? resetOf(headers) ?? inSeconds(60);
  return new ProviderUnavailable("GitHub limits how often it may be asked.", "rate_limited", retryAt);
}

/** `Retry-After`, in seconds or as a date, clamped to an hour: a provider's mistake must not silence us for a year. */
export function retryAfter(headers: Headers): Date | null {
  const value = headers["retry-after"];
  if (value === undefined) return null;
  const seconds = /^\d+$/.test(String(value))
    ? Number(value)
    : (Date.parse(String(value)) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? inSeconds(seconds) : null;
}

function resetOf(headers: Headers): Date | null {
  if (headers["x-ratelimit-remaining"] !== "0") return null;
  const reset = Number(headers["x-ratelimit-reset"]);
  return Number.isFinite(reset) && reset > 0 ? inSeconds(reset - Date.now() / 1000) : null;
}

const inSeconds = (seconds: number) => new Date(Date.now() + Math.min(Math.max(seconds, 1), 3600) * 1000);
