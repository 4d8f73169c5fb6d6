/** GitHub's scopes and what each includes (docs: "Scopes for OAuth apps"). */

const INCLUDES: Record<string, string[]> = {
  repo: ["public_repo", "repo:status", "repo_deployment", "repo:invite", "security_events"],
  "admin:repo_hook": ["write:repo_hook", "read:repo_hook"],
  "write:repo_hook": ["read:repo_hook"],
  "admin:org": ["write:org", "read:org"],
  "write:org": ["read:org"],
  user: ["read:user", "user:email", "user:follow"],
  "admin:public_key": ["write:public_key", "read:public_key"],
  "write:packages": ["read:packages"],
};

export const SCOPE_MEANINGS: Record<string, string> = {
  repo: "Read and write all repositories, public and private, and their hooks, statuses and deployments",
  public_repo: "Read and write public repositories",
  "repo:status": "Read and write commit statuses",
  repo_deployment: "Read and write deployments and their statuses",
  "admin:repo_hook": "Create, change and delete repository hooks",
  "write:repo_hook": "Create and change repository hooks",
  "read:repo_hook": "See repository hooks",
  "read:org": "See organizations and membership",
  "write:org": "Change organization membership",
  "admin:org": "Manage organizations",
  "read:user": "Read the profile",
  "user:email": "Read e-mail addresses",
  user: "Read and change the profile",
  workflow: "Change workflow files",
  gist: "Write gists",
};

/** Splits a scope parameter: GitHub documents spaces and also accepts commas; unknown scopes are dropped. */
export function parseScopes(parameter: string | null): string[] {
  const asked = (parameter ?? "")
    .split(/[\s,]+/)
    .filter((scope) => scope in SCOPE_MEANINGS || scope in INCLUDES);
  return normalizeScopes(asked);
}

/** Sorted, without what another one includes: GitHub stores and answers scopes this way. */
export function normalizeScopes(scopes: Iterable<string>): string[] {
  const asked = [...new Set(scopes)];
  const implied = new Set(asked.flatMap((scope) => [...expandScopes(INCLUDES[scope] ?? [])]));
  return asked.filter((scope) => !implied.has(scope)).sort();
}

/** All that these scopes allow. */
export function expandScopes(scopes: Iterable<string>): Set<string> {
  const all = new Set<string>();
  const add = (scope: string) => {
    all.add(scope);
    for (const included of INCLUDES[scope] ?? []) add(included);
  };
  for (const scope of scopes) add(scope);
  return all;
}
