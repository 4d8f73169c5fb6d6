import { type RepositoryClaim, repositoryPath } from "@/lib/providers";

type Own = { repositoryExternalId: string; cloneUrl: string };

/**
 * Whether a call is about the repository that its hook was made for: a secret that was also given to a host's other repositories
 * (a group's or an organization's webhook) must not let them speak for this one.
 */
export function speaksForItself(own: Own, claim: RepositoryClaim): boolean {
  if (claim.by === "secret") return true;
  if (claim.by === "id") return claim.id === own.repositoryExternalId;
  const path = repositoryPath(own.cloneUrl);
  return (
    path !== null && (claim.paths.includes(path) || claim.endings.some((ending) => path.endsWith(ending)))
  );
}
