import type { RepositoryClaim } from "@/lib/providers/provider";
import { repositoryPath } from "@/lib/providers/repository-path";

/** What a host's addresses of a repository claim. Those that are none (a path alone, an ssh address) say nothing. */
export function claimOf(
  addresses: readonly (string | null | undefined)[],
  endings: readonly string[] = [],
): RepositoryClaim {
  const web = addresses.filter((address) => address && /^https?:/i.test(address));
  const paths = web.map((address) => repositoryPath(address ?? "")).filter((path) => path !== null);
  return {
    by: "path",
    paths: [...new Set(paths)],
    endings: endings.map((ending) => ending.toLowerCase()),
  };
}
