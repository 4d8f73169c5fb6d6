/**
 * What is installed, compared with the lock.
 * @typedef {{ packages: Record<string, { version?: string, dev?: boolean, devOptional?: boolean, optional?: boolean, link?: boolean }> }} Lock
 */

/**
 * Whether node_modules holds what the lock says.
 * @param {Lock} lock package-lock.json
 * @param {Lock | undefined} installed node_modules/.package-lock.json, which npm writes last
 * @param {{ isProduction: boolean, hasFolder: (path: string) => boolean }} options
 */
export function matchesLock(lock, installed, { isProduction, hasFolder }) {
  if (!installed) return false;
  return entries(lock).every(([path, wanted]) => {
    if (isProduction && (wanted.dev || wanted.devOptional)) return true;
    const found = installed.packages[path];
    // Binaries for other systems are in the lock and nowhere else.
    if (!found) return wanted.optional === true;
    return found.version === wanted.version && hasFolder(path);
  });
}

/** Whether the tools to develop are installed: such an installation is never replaced by a smaller one. */
export function hasDevelopment(installed) {
  return installed !== undefined && entries(installed).some(([, found]) => found.dev === true);
}

const entries = (lock) => Object.entries(lock.packages).filter(([path]) => path !== "");
