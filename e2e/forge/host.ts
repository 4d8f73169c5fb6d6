import type { Faults } from "./faults/faults";
import type { Deliveries } from "./hooks/deliveries";
import type { RateLimits } from "./http/rate-limits";
import type { RequestLog } from "./http/request-log";
import type { PlainKind } from "./plain/kinds";
import type { Store } from "./state/store";

export interface Urls {
  web: string;
  api: string;
  registry: string;
  /** Where the plain Git hosts answer; empty where they were not asked for. */
  plain: Record<PlainKind, string>;
}

/** What every part of the running host shares. */
export interface Host {
  store: Store;
  dataDir: string;
  urls: Urls;
  log: (line: string) => void;
  faults: Faults;
  requests: RequestLog;
  limits: RateLimits;
  deliveries: Deliveries;
  /** Pushes to one repository happen one after the other, so that each is told by comparing refs. */
  pushes: { run<T>(repositoryId: number, task: () => Promise<T>): Promise<T> };
}
