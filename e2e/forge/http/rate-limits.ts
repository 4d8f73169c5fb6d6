/** GitHub's primary limits: so many requests in a window, for each token (or for everybody without one). */

export type Resource = "core" | "search";

export interface Quota {
  limit: number;
  used: number;
  /** Seconds since 1970. */
  reset: number;
}

export interface RateLimits {
  look(caller: string, resource: Resource): Quota;
  count(caller: string, resource: Resource): Quota;
  /** Changes the limits for everybody from now on and forgets what was used. */
  configure(limits: Partial<Limits>): void;
}

export interface Limits {
  core: number;
  search: number;
  anonymous: number;
}

const WINDOW_SECONDS: Record<Resource, number> = { core: 3600, search: 60 };

export const ANONYMOUS = "anonymous";

export function makeRateLimits(): RateLimits {
  let limits: Limits = { core: 5000, search: 30, anonymous: 60 };
  const used = new Map<string, Quota>();

  const current = (caller: string, resource: Resource): Quota => {
    const now = Math.floor(Date.now() / 1000);
    const key = `${resource} ${caller}`;
    const known = used.get(key);
    if (known && known.reset > now) return known;
    const limit = caller === ANONYMOUS && resource === "core" ? limits.anonymous : limits[resource];
    const fresh = { limit, used: 0, reset: now + WINDOW_SECONDS[resource] };
    used.set(key, fresh);
    return fresh;
  };
  return {
    look: current,
    count(caller, resource) {
      const quota = current(caller, resource);
      quota.used = Math.min(quota.limit, quota.used + 1);
      return quota;
    },
    configure(changed) {
      limits = { ...limits, ...changed };
      used.clear();
    },
  };
}
