/**
 * The path of a repository's address, in the one form in which two are compared: decoded, lower case, without `.git` and slashes
 * at its end. The host is left out: behind a proxy, a host may know itself by another name than people do. Null for no address.
 */
export function repositoryPath(address: string): string | null {
  try {
    const path = decodeURIComponent(new URL(address).pathname)
      .replace(/\/+$/, "")
      .replace(/\.git$/i, "")
      .toLowerCase();
    return path.length > 1 && path.length <= 500 ? path : null;
  } catch {
    return null;
  }
}
