import type { GitHostKind } from "@/lib/providers/git/host-kinds";
import type { Host } from "@/lib/providers/provider";

/** Where a commit can be looked at, by the kind of host; the repository itself where that is not known. */
export function commitPage({ hostKind }: Host, address: string, sha: string): string {
  switch (hostKind as GitHostKind | null | undefined) {
    case "gitlab":
      return `${address}/-/commit/${sha}`;
    case "gitea":
    case "gogs":
      return `${address}/commit/${sha}`;
    case "bitbucket_cloud":
      return `${address}/commits/${sha}`;
    case "bitbucket_data_center":
      return `${address.replace(/\/scm\/([^/]+)\/([^/]+)$/, "/projects/$1/repos/$2")}/commits/${sha}`;
    default:
      return address;
  }
}
