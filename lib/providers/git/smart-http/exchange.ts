import { egressFetch } from "@/lib/egress";
import { GitRefusal, type RefusalReason } from "@/lib/providers/git/smart-http/refusal";
import type { Grant } from "@/lib/providers/provider";

export type Exchange = {
  /** The whole address, rebuilt from parts. */
  url: string;
  /** A request's body; absent for a GET. */
  body?: string;
  /** What the answer has to say it is. */
  contentType: string;
  take: (chunk: Uint8Array) => boolean;
  maxBytes: number;
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
};

const TIMEOUT_MS = 20_000;
const REASONS: Record<number, RefusalReason> = {
  401: "unauthorized",
  402: "forbidden",
  403: "forbidden",
  404: "not_found",
  410: "not_found",
  429: "rate_limited",
  451: "forbidden",
};

/**
 * One call of git's smart HTTP [gitprotocol-http], through lib/egress: addresses checked, no redirect followed, the integration's own
 * CA trusted. Throws GitRefusal and EgressError.
 */
export async function exchange({ instance, user, token }: Grant, call: Exchange): Promise<void> {
  const { origin } = new URL(call.url);
  // The credential is this origin's and nobody else's, whatever led here.
  if (origin !== instance.origin) throw new Error("a call to another origin than the integration's");
  let isGit = false;
  const answer = await egressFetch(call.url, {
    allow: "public",
    ca: instance.caCertificate ?? undefined,
    method: call.body === undefined ? "GET" : "POST",
    headers: {
      accept: call.contentType,
      // Git's own name: some hosts answer others with a page for people.
      "user-agent": "git/2.45 (skytells-console)",
      "git-protocol": "version=2",
      ...(call.body === undefined ? {} : { "content-type": call.contentType.replace("-result", "-request") }),
      ...(token ? { authorization: authorizationOf(user, token.reveal()) } : {}),
    },
    ...(call.body === undefined ? {} : { body: call.body }),
    ...(call.signal ? { signal: call.signal } : {}),
    timeoutMs: call.timeoutMs ?? TIMEOUT_MS,
    maxBytes: call.maxBytes,
    accept: (status, headers) => {
      isGit = status === 200 && headers.get("content-type")?.split(";")[0] === call.contentType;
      return isGit;
    },
    take: call.take,
  });
  if (!isGit) throw refusalOf(answer, call.url);
}

/** A token that belongs to no account has no name to go with it [RFC 6750]. */
const authorizationOf = (user: string | null | undefined, token: string): string =>
  user ? basic(user, token) : `Bearer ${token}`;

/** Non-ASCII as UTF-8 [RFC 7617, `charset`]: what every Git host of today reads. */
const basic = (user: string, token: string): string =>
  `Basic ${Buffer.from(`${user}:${token}`, "utf8").toString("base64")}`;

function refusalOf({ status, headers }: Response, url: string): GitRefusal {
  const reason = REASONS[status];
  if (reason === "rate_limited") return new GitRefusal(reason, status, retry(headers));
  if (reason) return new GitRefusal(reason, status);
  if (status >= 300 && status < 400) return new GitRefusal("redirected", status, targetOf(headers, url));
  if (status >= 500) return new GitRefusal("server_error", status, retry(headers));
  return new GitRefusal("not_git", status);
}

/** Host and path only: what follows may be somebody's. */
function targetOf(headers: Headers, url: string): { target?: URL } {
  const location = headers.get("location") ?? "";
  if (location === "" || !URL.canParse(location, url)) return {};
  const { origin, pathname } = new URL(location, url);
  return URL.canParse(origin + pathname) ? { target: new URL(origin + pathname) } : {};
}

const MOST_SECONDS = 3600;

function retry(headers: Headers): { retryAt?: Date } {
  const seconds = Number(headers.get("retry-after") ?? "");
  if (!Number.isFinite(seconds) || seconds <= 0) return {};
  return { retryAt: new Date(Date.now() + Math.min(seconds, MOST_SECONDS) * 1000) };
}
