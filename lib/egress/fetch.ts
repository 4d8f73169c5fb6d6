import { createHash } from "node:crypto";
import { Agent, type Dispatcher, fetch as undiciFetch } from "undici";
import { guardedConnector } from "@/lib/egress/connect";
import { type EgressDetail, EgressError, type EgressErrorKind } from "@/lib/egress/error";
import type { Allow } from "@/lib/egress/policy";
import type { Guard } from "@/lib/egress/resolve";

const MEBIBYTE = 1024 * 1024;

export type EgressInit = {
  allow: Allow;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array | URLSearchParams;
  signal?: AbortSignal;
  /** For the whole exchange, from the first lookup to the last byte; 10 s unless told. */
  timeoutMs?: number;
  /** Of the body, decompressed; 5 MiB unless told. */
  maxBytes?: number;
  /** PEM. Trusted for this exchange besides the usual roots. */
  ca?: string | undefined;
  /**
   * Takes the body as it comes instead of it being kept: the answer's own is empty then. False: that was enough, and the connection is
   * closed. Without `accept`'s consent the body is not read at all.
   */
  take?: (chunk: Uint8Array) => boolean;
  accept?: (status: number, headers: Headers) => boolean;
  /** The only way there is: an answer that redirects is handed back, never followed. */
  redirect?: "manual";
};

export type EgressFetch = (url: string | URL, init: EgressInit) => Promise<Response>;

/** Certificate errors that the admin of a provider instance can do something about. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|ALTNAME/;

/** See `egressFetch` in index.ts. */
export function createFetch(guard: Guard): EgressFetch {
  const dispatchers = new Map<string, Dispatcher>();
  // A connection opened under one rule is never reused under another.
  const dispatcherFor = ({ allow, ca }: EgressInit): Dispatcher => {
    const trusted = ca === undefined ? "" : createHash("sha256").update(ca).digest("base64");
    const key = `${allow === "public" ? "" : allow.origin} ${trusted}`;
    const existing = dispatchers.get(key);
    if (existing) return existing;
    const made = new Agent({ connect: guardedConnector(allow, guard, ca), connections: 32 });
    dispatchers.set(key, made);
    if (trusted) forgetOldest(dispatchers);
    return made;
  };
  return async (url, init) => {
    const deadline = AbortSignal.timeout(init.timeoutMs ?? 10_000);
    const signal = init.signal ? AbortSignal.any([deadline, init.signal]) : deadline;
    try {
      return await exchange(new URL(url), init, dispatcherFor(init), signal);
    } catch (error) {
      init.signal?.throwIfAborted();
      throw asEgressError(error, init.allow, deadline.aborted);
    }
  };
}

/** Sets of connections with a certificate of their own: anybody who connects a host can make one. */
const MOST_TRUSTED = 64;

function forgetOldest(dispatchers: Map<string, Dispatcher>): void {
  const own = [...dispatchers.keys()].filter((key) => !key.endsWith(" "));
  const [oldest] = own;
  if (own.length <= MOST_TRUSTED || oldest === undefined) return;
  // Closes once what is under way has ended.
  void dispatchers.get(oldest)?.close();
  dispatchers.delete(oldest);
}

async function exchange(
  url: URL,
  init: EgressInit,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<Response> {
  if (!/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new Error("only http and https addresses without credentials in them");
  }
  const answer = await undiciFetch(url, {
    method: init.method ?? "GET",
    headers: init.headers ?? {},
    body: init.body ?? null,
    redirect: "manual",
    signal,
    dispatcher,
  });
  const body = await readBody(answer, init, init.maxBytes ?? 5 * MEBIBYTE);
  // The body is decoded by now: what described its transfer does not describe it any more.
  const headers = new Headers(
    [...answer.headers].filter(([name]) => !/^content-(?:encoding|length)$/.test(name)),
  );
  const hasBody = ![204, 205, 304].includes(answer.status);
  return new Response(hasBody ? body : null, {
    status: answer.status,
    statusText: answer.statusText,
    headers,
  });
}

async function readBody(
  { status, headers, body }: Awaited<ReturnType<typeof undiciFetch>>,
  init: EgressInit,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (init.accept && !init.accept(status, headers as Headers)) {
    await body?.cancel();
    return null;
  }
  return init.take ? await handOn(body, maxBytes, init.take) : await readWhole(body, maxBytes);
}

async function handOn(
  stream: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
  take: (chunk: Uint8Array) => boolean,
): Promise<null> {
  let length = 0;
  for await (const chunk of stream ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new EgressError("too_large");
    // Leaving the loop cancels the stream, which closes the connection.
    if (!take(chunk)) break;
  }
  return null;
}

async function readWhole(
  stream: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream ?? []) {
    length += chunk.length;
    // Leaving the loop cancels the stream, which closes the connection.
    if (length > maxBytes) throw new EgressError("too_large");
    chunks.push(chunk);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function asEgressError(error: unknown, allow: Allow, isLate: boolean): EgressError {
  const found = [...causes(error)].find((cause) => cause instanceof EgressError);
  if (found) return found;
  return new EgressError(
    kindOfFailure(error, allow, isLate),
    error,
    isLate ? null : certificateProblem(error),
  );
}

/** By OpenSSL's and Node's codes. */
function certificateProblem(error: unknown): EgressDetail | null {
  const codes = codesOf(error);
  const has = (pattern: RegExp) => codes.some((code) => pattern.test(code));
  if (has(/ALTNAME_INVALID/)) return "certificate_wrong_host";
  if (has(/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/)) return "certificate_expired";
  if (has(/SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|CERT_UNTRUSTED/)) return "certificate_untrusted";
  return has(/CERT|^ERR_SSL|^EPROTO$/) ? "certificate_failed" : null;
}

function kindOfFailure(error: unknown, allow: Allow, isLate: boolean): EgressErrorKind {
  if (isLate) return "timeout";
  const codes = codesOf(error);
  return allow !== "public" && codes.some((code) => CERTIFICATE.test(code)) ? "certificate" : "unreachable";
}

const codesOf = (error: unknown): string[] =>
  [...causes(error)].map((cause) => String((cause as NodeJS.ErrnoException).code ?? ""));

function* causes(error: unknown): Generator<unknown> {
  let cause: unknown = error;
  for (let depth = 0; cause !== undefined && cause !== null && depth < 8; depth += 1) {
    yield cause;
    cause = (cause as Error).cause;
  }
}
