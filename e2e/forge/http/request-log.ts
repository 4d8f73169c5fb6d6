import { fingerprint } from "@/e2e/forge/state/random";
import type { Presented } from "./credentials";

export interface LoggedRequest {
  at: string;
  method: string;
  path: string;
  query: Record<string, string>;
  auth: "none" | "bearer" | "basic" | "unreadable";
  /** First twelve hex digits of the SHA-256 of the token or password that was presented. */
  tokenFingerprint: string | null;
  userAgent: string | null;
  /** The JSON that a REST request carried, as it came: for checking it against GitHub's description. */
  body: unknown;
  /** 0 when the connection was cut. */
  status: number;
  fault: string | null;
}

export interface RequestLog {
  all(): LoggedRequest[];
  add(entry: LoggedRequest): LoggedRequest;
  clear(): void;
}

const KEPT = 5000;

export function makeRequestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  return {
    all: () => [...entries],
    add(entry) {
      entries.push(entry);
      if (entries.length > KEPT) entries = entries.slice(-KEPT / 2);
      return entry;
    },
    clear: () => {
      entries = [];
    },
  };
}

export function fingerprintOf(presented: Presented): string | null {
  if (presented.kind === "bearer") return fingerprint(presented.token);
  if (presented.kind === "basic") return fingerprint(presented.password);
  return null;
}
