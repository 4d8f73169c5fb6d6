import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a build sees of the machine, read-only: programs and libraries, certificates, and nothing of anybody's. */
export function systemMounts(): string[] {
  return [
    ...["/usr", "/nix/store"].flatMap((path) => (existsSync(path) ? ["--ro-bind", path, path] : [])),
    ...["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"].flatMap(systemFolder),
    ...ETC.flatMap((path) => ["--ro-bind-try", path, path]),
  ];
}

const ETC = [
  "/etc/alternatives",
  "/etc/ca-certificates",
  "/etc/ld.so.cache",
  "/etc/ld.so.conf",
  "/etc/ld.so.conf.d",
  "/etc/localtime",
  "/etc/pki",
  "/etc/ssl",
];

/** Most systems have `/bin` as a link into `/usr`, some still as a folder. */
function systemFolder(path: string): string[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return [];
  return found.isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
}

/** Where Node and npm live, when that is not below `/usr`: the folder of its programs and the libraries beside it. */
export function nodeFolders(execPath: string = process.execPath): string[] {
  const programs = dirname(execPath);
  if (programs.startsWith("/usr/")) return [];
  return [programs, join(programs, "..", "lib"), join(programs, "..", "include")].filter(
    (path, index) => existsSync(path) && (index === 0 || programs.endsWith("/bin")),
  );
}
