/** Misbehaviour that a test orders. */

export interface FaultMatch {
  /** GET, POST …; any when missing. For deliveries: the event, such as "push". */
  method?: string;
  /**
   * The path below the web origin: "/api/v3/user", "/login/oauth/access_token", "/octocat/*.git/**".
   * `*` is anything but a slash, `**` anything. For deliveries: "delivery".
   */
  path: string;
}

export type FaultAction =
  /** Waits, then answers as usual; `when: "after"` does the work first, so that the answer is what comes late. */
  | { kind: "delay"; ms: number; when?: "before" | "after" }
  /** Cuts the connection, without doing it or after doing it. */
  | { kind: "drop"; when: "before" | "after" }
  /** Answers something else; `when: "after"` does the work first. */
  | {
      kind: "status";
      status: number;
      body?: unknown;
      headers?: Record<string, string>;
      when?: "before" | "after";
    }
  | {
      kind: "rate_limit";
      status?: 403 | 429;
      resetSeconds?: number;
      retryAfterSeconds?: number;
      secondary?: boolean;
    }
  | { kind: "html"; status?: number }
  | { kind: "redirect"; location: string; status?: number }
  | { kind: "truncate"; bytes?: number }
  /** Revokes, expires or narrows the token of the request before it is looked at. */
  | { kind: "revoke_token" }
  | { kind: "expire_token" }
  | { kind: "reduce_scopes"; scopes: string[] }
  /** POST …/hooks answers 422. */
  | { kind: "refuse_hook"; reason?: "unreachable" | "exists" | "limit" }
  /** The hook in the path (or the one that is delivered to) stops listening, as if somebody had switched it off. */
  | { kind: "disable_hook" }
  /** Deliveries only. `reorder` holds one back until the next of the same hook was sent. */
  | { kind: "lose" }
  | { kind: "duplicate"; newGuid?: boolean }
  | { kind: "reorder" }
  | { kind: "tamper" }
  | { kind: "unsigned" };

export interface FaultOrder {
  match: FaultMatch;
  action: FaultAction;
  /** How many requests it meets (1 when missing); "always" until cleared. */
  count?: number | "always";
  /** How many matching requests pass unharmed before. */
  skip?: number;
}

export interface Fault extends FaultOrder {
  id: number;
  met: number;
}
