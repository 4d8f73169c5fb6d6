/** The published paths of one deployment: what is not in it does not exist, whatever the request looks like. */
export type Paths = ReadonlySet<string>;

export type Found =
  | { kind: "file"; path: string }
  /** A folder without its slash: relative links in its page would lead astray. */
  | { kind: "redirect"; to: string }
  | { kind: "missing" };

const MISSING: Found = { kind: "missing" };
const isHidden = (segment: string): boolean => segment.startsWith(".") && segment !== ".well-known";

/**
 * Finds what a request's path means: the file itself, a folder's index.html, or a page without its `.html`. Takes the raw
 * path, still percent-encoded.
 */
export function findPath(paths: Paths, rawPath: string): Found {
  const decoded = decode(rawPath);
  if (decoded === null || !decoded.startsWith("/")) return MISSING;
  const path = decoded.slice(1);
  if (path.split("/").some(isHidden)) return MISSING;
  if (path === "" || path.endsWith("/")) return firstOf(paths, [`${path}index.html`]);
  const found = firstOf(paths, [path, `${path}.html`]);
  if (found.kind === "file" || !paths.has(`${path}/index.html`)) return found;
  return { kind: "redirect", to: `${sameSite(rawPath)}/` };
}

/** `//host` would be read as another host. */
const sameSite = (rawPath: string): string => rawPath.replace(/^\/+/, "/");

function firstOf(paths: Paths, candidates: readonly string[]): Found {
  const path = candidates.find((candidate) => paths.has(candidate));
  return path === undefined ? MISSING : { kind: "file", path };
}

function decode(rawPath: string): string | null {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    return null;
  }
}
