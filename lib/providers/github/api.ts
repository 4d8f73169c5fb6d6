import { createHash } from "node:crypto";
import { request } from "@octokit/request";
import type { z } from "zod";
import { RepositoryGone } from "@/lib/providers/errors";
import { badAnswer, GitHubRefusal, NotModified, translateFailure } from "@/lib/providers/github/answer";
import { API_LIMITS, providerFetch } from "@/lib/providers/github/fetch";
import { Lru } from "@/lib/providers/github/lru";
import { tokenOf } from "@/lib/providers/grant";
import type { Grant } from "@/lib/providers/provider";

export type Answer = {
  status: number;
  data: unknown;
  headers: Record<string, string | number | undefined>;
};
export type Call = {
  apiUrl: string;
  /** The whole Authorization header. */
  authorization: string;
  /** `GET /user/repos` */
  route: string;
  parameters?: Record<string, unknown>;
  etag?: string | null;
  signal?: AbortSignal | undefined;
};

/** The version whose shapes we parse [GitHub docs, "API Versions"]. Enterprise Server ignores what it does not know. */
const API_VERSION = "2022-11-28";

/** One call. Throws ProviderUnauthorized, ProviderUnavailable, ProviderRejected("suspended"), GitHubRefusal or NotModified; never anything else. */
export async function callApi(call: Call): Promise<Answer> {
  const answer = await send(call, call.route);
  if (answer.status < 300) return answer;
  return await send(call, `GET ${sameHostTarget(call, answer)}`);
}

async function send(call: Call, route: string): Promise<Answer> {
  try {
    const answer = await request(route, {
      ...call.parameters,
      baseUrl: call.apiUrl,
      headers: headersOf(call),
      request: {
        fetch: providerFetch(call.apiUrl, API_LIMITS),
        redirect: "manual",
        ...(call.signal ? { signal: call.signal } : {}),
      },
    });
    return { status: answer.status, data: answer.data, headers: answer.headers };
  } catch (error) {
    throw translateFailure(error, call.signal);
  }
}

function headersOf(call: Call): Record<string, string> {
  return {
    accept: "application/vnd.github+json",
    authorization: call.authorization,
    "user-agent": "skytells-console",
    "x-github-api-version": API_VERSION,
    ...(call.etag ? { "if-none-match": call.etag } : {}),
  };
}

/**
 * A renamed repository answers 301 with its address by id. Followed once, for reads, and only to `/repositories/{id}` of the
 * same API: the token goes nowhere else.
 */
function sameHostTarget(call: Call, answer: Answer): string {
  const location = answer.headers.location;
  if (!call.route.startsWith("GET ") || typeof location !== "string") throw badAnswer();
  const base = `${call.apiUrl}/repositories/`;
  if (!location.startsWith(base) || !/^\d+(\/[A-Za-z0-9._~/-]*)?$/.test(location.slice(base.length))) {
    throw badAnswer();
  }
  return location.slice(call.apiUrl.length);
}

export type GrantCall = Omit<Call, "apiUrl" | "authorization">;

const REPOSITORY_ID = /^\d{1,20}$/;

/**
 * A call with an account's token. Throws RepositoryGone for an `id` that no repository can have, which a person may have written into
 * an address: it would lead to another place of the API.
 */
export async function callWith(grant: Grant, call: GrantCall): Promise<Answer> {
  const id = call.parameters?.id;
  if (id !== undefined && !REPOSITORY_ID.test(String(id))) throw gone();
  const authorization = `Bearer ${tokenOf(grant).reveal()}`;
  return await callApi({ ...call, apiUrl: grant.instance.apiUrl, authorization });
}

const gone = () => new RepositoryGone("GitHub has no such repository for this account.");

/** A call about one repository: what GitHub hides or has taken down is RepositoryGone. */
export async function callAboutRepository(grant: Grant, call: GrantCall): Promise<Answer> {
  try {
    return await callWith(grant, call);
  } catch (error) {
    if (error instanceof GitHubRefusal && (error.status === 404 || error.status === 451)) throw gone();
    throw error;
  }
}

/** Reads a body by its schema; anything else is an answer that cannot be understood. */
export function parseAnswer<T>(schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw badAnswer();
  return parsed.data;
}

type Remembered = { etag: string; value: unknown; lastPage: number };
const remembered = new Lru<Remembered>(400);

/** Tells tokens apart in memory. Never leaves the process. */
export const tokenKey = (grant: Grant): string =>
  createHash("sha256").update(tokenOf(grant).reveal()).digest("base64url");

/** A list page, read conditionally: what did not change costs nothing against the rate limit. `lastPage` is 1 when there is one page. */
export async function readPage<T>(
  grant: Grant,
  call: GrantCall & { parameters: Record<string, unknown> },
  parse: (data: unknown) => T,
): Promise<{ value: T; lastPage: number }> {
  const key = [grant.instance.apiUrl, tokenKey(grant), call.route, JSON.stringify(call.parameters)].join(" ");
  const known = remembered.get(key);
  try {
    const answer = await callWith(grant, { ...call, etag: known?.etag ?? null });
    const page = { value: parse(answer.data), lastPage: lastPageOf(answer) };
    const etag = answer.headers.etag;
    if (typeof etag === "string") remembered.set(key, { ...page, etag });
    return page;
  } catch (error) {
    if (!(error instanceof NotModified) || !known) throw error;
    return { value: known.value as T, lastPage: known.lastPage };
  }
}

/** The number in `Link: <…&page=7>; rel="last"`; on the last page itself there is none. */
function lastPageOf(answer: Answer): number {
  const link = String(answer.headers.link ?? "");
  const last = /[?&]page=(\d+)[^>]*>;\s*rel="last"/.exec(link)?.[1];
  return last ? Number(last) : 1;
}
