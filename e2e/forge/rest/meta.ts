import { ANONYMOUS, type Resource } from "@/e2e/forge/http/rate-limits";
import { json, type Reply } from "@/e2e/forge/http/reply";
import { fingerprint } from "@/e2e/forge/state/random";
import type { Call } from "./call";
import { SERVER_VERSION } from "./version";

export function getRoot(call: Call): Reply {
  const { api } = call.host.urls;
  return json(200, {
    current_user_url: `${api}/user`,
    repository_url: `${api}/repos/{owner}/{repo}`,
    repository_search_url: `${api}/search/repositories?q={query}{&page,per_page,sort,order}`,
    rate_limit_url: `${api}/rate_limit`,
  });
}

/** As GitHub Enterprise Server answers it, with its version. */
export function getMeta(_call: Call): Reply {
  return json(200, { verifiable_password_authentication: false, installed_version: SERVER_VERSION });
}

export function getRateLimit(call: Call): Reply {
  const caller = call.viewer.token ? fingerprint(call.viewer.token.token) : ANONYMOUS;
  const view = (resource: Resource) => {
    const { limit, used, reset } = call.host.limits.look(caller, resource);
    return { limit, used, remaining: limit - used, reset };
  };
  return json(200, { resources: { core: view("core"), search: view("search") }, rate: view("core") });
}
