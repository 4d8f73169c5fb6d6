import type { Readable } from "node:stream";

/** An answer as a value, so that faults can delay, cut or replace it after the work was done. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer | Readable | null;
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
  };
}

export function noContent(status = 204, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: null };
}

export function html(status: number, page: string, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "x-frame-options": "DENY",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'",
      ...headers,
    },
    body: page,
  };
}

export function text(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, body };
}

export function redirect(location: string, status = 302): Reply {
  return { status, headers: { location, "cache-control": "no-store" }, body: null };
}
