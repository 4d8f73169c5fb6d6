import { vi } from "vitest";

type Jar = Map<string, string>;

/** The request that the code under test believes to be in: what Next's `headers()` and `cookies()` give. */
export const request = { headers: new Headers(), cookies: new Map() as Jar };

/** A new request from a browser that keeps its cookies, sent by a page of the console's own. */
export function nextRequest(headers: Record<string, string> = {}): void {
  request.headers = new Headers({
    host: "localhost:3000",
    origin: "http://localhost:3000",
    "user-agent": "Firefox",
    "x-client-address": "203.0.113.9",
    ...headers,
  });
}

/** Another browser: no cookies. */
export function newBrowser(): void {
  request.cookies = new Map();
  nextRequest();
}

const jar = {
  get: (name: string) => {
    const value = request.cookies.get(name);
    return value === undefined ? undefined : { name, value };
  },
  set: (name: string, value: string, options: { maxAge?: number; expires?: Date } = {}) => {
    const isOver = options.maxAge === 0 || (options.expires && options.expires.getTime() <= Date.now());
    if (isOver || value === "") request.cookies.delete(name);
    else request.cookies.set(name, value);
  },
};

function headersNow(): Headers {
  const all = new Headers(request.headers);
  const cookie = [...request.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  if (cookie) all.set("cookie", cookie);
  return all;
}

/** Stands in for `next/headers`: `vi.mock("next/headers", async () => (await import("@/lib/testing/request")).nextHeaders)`. */
export const nextHeaders = {
  headers: async () => headersNow(),
  cookies: async () => jar,
};

/** Stands in for `next/cache` and tells which paths were to be read again. */
export const nextCache = { revalidatePath: vi.fn() };
