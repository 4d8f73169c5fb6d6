import type { PermissionExplanation } from "@/lib/providers/provider";

/** What a GitHub App needs to be registered with [GitHub docs, "Permissions required for GitHub Apps"]. */
export const PERMISSIONS: readonly PermissionExplanation[] = [
  {
    permission: "contents",
    level: "read",
    isRequired: true,
    why: "Fetch code to build.",
    permits: "Reading code, branches and commits. It cannot write.",
  },
  {
    permission: "metadata",
    level: "read",
    isRequired: true,
    why: "List and search repositories.",
    permits: "Reading names, descriptions and members of repositories.",
  },
  {
    permission: "repository_hooks",
    level: "write",
    isRequired: false,
    why: "Keep a webhook on each repository that an app follows. Without it repositories are polled.",
    permits: "Adding, changing and deleting webhooks of these repositories.",
  },
];

const RANK: Record<string, number> = { read: 1, write: 2, admin: 3 };

/** `admin` contains `write`, and that `read`. */
const isPermitted = (level: string, held: string | undefined): boolean =>
  (RANK[held ?? ""] ?? 0) >= (RANK[level] ?? 0);

export const missingPermissions = (held: Readonly<Record<string, string>>): string[] =>
  PERMISSIONS.filter(
    ({ permission, level, isRequired }) => isRequired && !isPermitted(level, held[permission]),
  ).map(({ permission }) => permission);
