import { Agent, type Dispatcher, fetch as undiciFetch } from "undici";
import { guardedConnector } from "@/lib/egress/connect";
import { EgressError, type EgressErrorKind } from "@/lib/egress/error";
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
  const dispatcherFor = (allow: Allow): Dispatcher => {
    const key = allow === "public" ? "" : allow.origin;
    const existing = dispatchers.get(key);
    if (existing) return existing;
    const made = new Agent({ connect: guardedConnector(allow, guard), connections: 32 });
    dispatchers.set(key, made);
    return made;
  };
  return async (url, init) => {
    const deadline = AbortSignal.timeout(init.timeoutMs ?? 10_000);
    const signal = init.signal ? AbortSignal.any([deadline, init.signal]) : deadline;
    try {
      return await exchange(new URL(url), init, dispatcherFor(init.allow), signal);
    } catch (error) {
      init.signal?.throwIfAborted();
      throw asEgressError(error, init.allow, deadline.aborted);
    }
  };
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
  const body = await readWhole(answer.body, init.maxBytes ?? 5 * MEBIBYTE);
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
  return new EgressError(kindOfFailure(error, allow, isLate), error);
}

function kindOfFailure(error: unknown, allow: Allow, isLate: boolean): EgressErrorKind {
  if (isLate) return "timeout";
  const codes = [...causes(error)].map((cause) => String((cause as NodeJS.ErrnoException).code ?? ""));
  return allow !== "public" && codes.some((code) => CERTIFICATE.test(code)) ? "certificate" : "unreachable";
}

function* causes(error: unknown): Generator<unknown> {
  let cause: unknown = error;
  for (let depth = 0; cause !== undefined && cause !== null && depth < 8; depth += 1) {
    yield cause;
    cause = (cause as Error).cause;
  }
}
