import type { ScopeExplanation } from "@/lib/providers/provider";

/** What an OAuth App asks for. `repo` covers webhooks; GitHub has no read-only scope for code [GitHub docs, "Scopes for OAuth apps"]. */
export const SCOPES: ScopeExplanation[] = [
  {
    scope: "repo",
    why: "Fetch code to build and keep a webhook on each repository that an app follows.",
    permits:
      "Reading and writing code in every repository the account can reach. GitHub has no read-only scope for code.",
  },
  {
    scope: "read:org",
    why: "List the repositories of the organizations the account is in.",
    permits: "Reading which organizations and teams the account belongs to.",
  },
];

/** Scopes that contain another: GitHub grants only the wider one. */
const CONTAINED: Record<string, readonly string[]> = {
  "admin:org": ["write:org", "read:org"],
  "write:org": ["read:org"],
  repo: ["public_repo", "repo:status", "repo_deployment", "repo:invite", "security_events"],
};

/** What of `asked` is not in `granted`, neither by name nor inside a wider scope. */
export function missingScopes(asked: readonly string[], granted: readonly string[]): string[] {
  const held = new Set(granted.flatMap((scope) => [scope, ...(CONTAINED[scope] ?? [])]));
  return asked.filter((scope) => !held.has(scope));
}

/** GitHub separates scopes by commas in answers and by spaces in requests; both are read. */
export const parseScopes = (text: string): string[] => [
  ...new Set(text.split(/[\s,]+/).filter((scope) => /^[a-z][a-z:_-]{0,60}$/.test(scope))),
];
