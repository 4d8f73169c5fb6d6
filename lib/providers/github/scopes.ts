import type { AccessChoice, ScopeExplanation } from "@/lib/providers/provider";

/** What an OAuth App may ask for. GitHub has no read-only scope for code [GitHub docs, "Scopes for OAuth apps"]. */
export const SCOPES: ScopeExplanation[] = [
  {
    scope: "repo",
    why: "Fetch code to build and keep a webhook on each repository that an app follows.",
    permits:
      "Reading and writing code in every repository the account can reach. GitHub has no read-only scope for code.",
    without: "Private repositories cannot be fetched.",
  },
  {
    scope: "public_repo",
    why: "Fetch code of public repositories to build.",
    permits:
      "Reading and writing code in every public repository the account can write to. Private ones stay closed.",
    without: "No code can be fetched.",
  },
  {
    scope: "admin:repo_hook",
    why: "Keep a webhook on each repository that an app follows.",
    permits: "Reading, adding and deleting webhooks of repositories. It opens no code.",
    without: "No webhook can be registered, so the console asks for new commits by itself, which is slower.",
  },
  {
    scope: "read:org",
    why: "List the repositories of the organizations the account is in.",
    permits: "Reading which organizations and teams the account belongs to.",
    without: "Repositories of organizations may be missing from the list. Type their owner/name instead.",
  },
];

/** `repo` covers webhooks; for public repositories only they are a scope of their own. */
export const CHOICES: readonly [AccessChoice, AccessChoice] = [
  {
    id: "all",
    name: "All repositories",
    scopes: ["repo", "read:org"],
    isEnough: fetchesCode,
  },
  {
    id: "public",
    name: "Public repositories only",
    scopes: ["public_repo", "admin:repo_hook", "read:org"],
    isEnough: fetchesCode,
  },
];

function fetchesCode(granted: readonly string[]): boolean {
  return missingScopes(["public_repo"], granted).length === 0;
}

/** Scopes that contain another: GitHub grants only the wider one. */
const CONTAINED: Record<string, readonly string[]> = {
  "admin:org": ["write:org", "read:org"],
  "write:org": ["read:org"],
  "admin:repo_hook": ["write:repo_hook", "read:repo_hook"],
  // Said of `repo` by GitHub: "also grants access to manage … webhooks".
  repo: [
    "admin:repo_hook",
    "write:repo_hook",
    "read:repo_hook",
    "public_repo",
    "repo:status",
    "repo_deployment",
    "repo:invite",
    "security_events",
  ],
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
