import { EgressError, egressFetch } from "@/lib/egress";
import {
  ProviderRejected,
  ProviderUnavailable,
  RepositoryGone,
  unansweredCause,
} from "@/lib/providers/errors";
import { findHost } from "@/lib/providers/git/detect";
import type { Grant, Host } from "@/lib/providers/provider";
import type { Secret } from "@/lib/secret";

const LIMITS = { timeoutMs: 15_000, maxBytes: 4 * 1024 * 1024 };
const LONGEST_WAIT_SECONDS = 3600;

export type ApiCall = {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  headers: Record<string, string>;
  body?: unknown;
};
export type ApiAnswer = { status: number; data: unknown };

/**
 * One call to the API of an integration's own host, with its certificate, and nowhere else: a redirect is an answer. Answers with what
 * a caller can interpret (2xx and the refusals of a request); throws ProviderUnavailable for what another time may mend.
 */
export async function callHost({ instance }: Grant, call: ApiCall): Promise<ApiAnswer> {
  const answer = await exchange(instance.origin + call.path, call, instance.caCertificate);
  const { status, headers } = answer;
  if (status === 429) {
    throw new ProviderUnavailable(
      "The Git host limits how often it may be asked.",
      "rate_limited",
      retryAt(headers),
    );
  }
  if (status >= 500) {
    throw new ProviderUnavailable(`The Git host answered ${status}.`, "server_error", retryAt(headers));
  }
  return { status, data: parse(await answer.text()) };
}

async function exchange(url: string, call: ApiCall, ca: string | null | undefined): Promise<Response> {
  const hasBody = call.body !== undefined;
  try {
    return await egressFetch(url, {
      allow: "public",
      method: call.method,
      headers: {
        accept: "application/json",
        "user-agent": "skytells-console",
        ...(hasBody ? { "content-type": "application/json" } : {}),
        ...call.headers,
      },
      ...(hasBody ? { body: JSON.stringify(call.body) } : {}),
      ca: ca ?? undefined,
      ...LIMITS,
    });
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    throw error.kind === "timeout"
      ? new ProviderUnavailable("The Git host did not answer in time.", "timeout")
      : new ProviderUnavailable("The Git host could not be reached.", unansweredCause(error));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function retryAt(headers: Headers): Date | null {
  const seconds = Number(headers.get("retry-after"));
  if (!Number.isFinite(seconds) || seconds <= 0) return null;
  return new Date(Date.now() + Math.min(seconds, LONGEST_WAIT_SECONDS) * 1000);
}

/**
 * What a refused call about hooks means. A token that reads a repository over git need not open the API, and 401 says no more than
 * that here: whether the token lives, git tells. A 404 in the API's own words is a repository that it does not show.
 */
export function refusalOf({ status, data }: ApiAnswer): Error {
  const words = JSON.stringify(data ?? "").toLowerCase();
  if (status === 404 && /project not found|target couldn't be found/.test(words)) {
    return new RepositoryGone("The host's API does not show this repository to the token.");
  }
  if ([401, 403, 404].includes(status)) {
    return new ProviderRejected("forbidden", "The token may not manage the repository's webhooks.");
  }
  if (/maximum number|exceeded|too many/.test(words)) {
    return new ProviderRejected("limit", "The repository already has as many webhooks as its host permits.");
  }
  if (/invalid url|is blocked|localhost|local network|not allowed/.test(words)) {
    return new ProviderRejected("unreachable", "The Git host does not call this console's address.");
  }
  return new ProviderRejected("refused", "The Git host refused the webhook.");
}

/** The token, where there is one: without, a public repository is read, and its webhooks are a person's to enter. */
export function credentialOf({ token }: Grant): Secret {
  if (!token) throw new ProviderRejected("forbidden", "Without a token the console cannot manage webhooks.");
  return token;
}

/** The data of an answer that went well, or what its refusal means. */
export function dataOf(answer: ApiAnswer): unknown {
  if (answer.status >= 200 && answer.status < 300) return answer.data;
  throw refusalOf(answer);
}

/** An answer that is not what the API's documents say: a proxy's page, a login form. */
export const badAnswer = () =>
  new ProviderUnavailable("The Git host's answer could not be understood.", "bad_answer");

/**
 * Where the API of an integration's host answers, and what it calls the repository. A host that has not proved yet that it serves the
 * repository is asked to, without a credential. Throws RepositoryGone for what is at another host, and ProviderRejected("no_api").
 */
export async function repositoryInApi(
  { instance }: Grant,
  externalId: string,
): Promise<{ apiPath: string; project: string }> {
  const url = URL.parse(externalId);
  if (!url || url.origin !== instance.origin) throw new RepositoryGone("The repository is at another host.");
  const kept = instance.apiPath ?? null;
  // One that lies elsewhere at this host may be another application's.
  const isKept = kept !== null && url.pathname.startsWith(`${kept}/`);
  const apiPath = isKept ? kept : await provenPath(instance, externalId);
  return {
    apiPath,
    project: decodeURIComponent(url.pathname.slice(apiPath.length + 1)).replace(/\.git$/, ""),
  };
}

const PROOF_MS = 10 * 60_000;
const MOST_PROOFS = 1000;
const proofs = new Map<string, { apiPath: string | null; until: number }>();

/** Remembered for a while in this process: the question is several calls to the host. */
async function provenPath(host: Host, address: string): Promise<string> {
  const key = `${host.hostKind} ${address}`;
  let proof = proofs.get(key);
  if (!proof || proof.until < Date.now()) {
    const { apiPath, isSure } = await findHost(host, address);
    if (!isSure) throw new ProviderUnavailable("The Git host could not be reached.", "unreachable");
    proof = { apiPath, until: Date.now() + PROOF_MS };
    if (proofs.size >= MOST_PROOFS) proofs.clear();
    proofs.set(key, proof);
  }
  if (proof.apiPath !== null) return proof.apiPath;
  throw new ProviderRejected("no_api", "The host does not show that its API answers for this repository.");
}
