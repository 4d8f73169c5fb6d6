/** The plain Git hosts: each speaks like one product, over TLS, on a port of its own. */
export const PLAIN_KINDS = ["gitlab", "gitea", "bitbucket"] as const;
export type PlainKind = (typeof PLAIN_KINDS)[number];

/** Where a repository is cloned from: Bitbucket Data Center keeps its repositories below `/scm`. */
export function clonePath(kind: PlainKind, fullName: string): string {
  return kind === "bitbucket" ? `/scm/${fullName}.git` : `/${fullName}.git`;
}
