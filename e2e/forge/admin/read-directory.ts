import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { FileContent, Files } from "@/e2e/forge/git/content";

/** All files below a directory, without .git and node_modules; links stay links. */
export function readDirectory(directory: string): Files {
  const files: Files = {};
  const visit = (below: string) => {
    for (const name of readdirSync(join(directory, below)).sort()) {
      if (name === ".git" || name === "node_modules") continue;
      const path = below ? `${below}/${name}` : name;
      const stat = lstatSync(join(directory, path));
      if (stat.isDirectory()) visit(path);
      else files[path] = readOne(join(directory, path), stat.isSymbolicLink());
    }
  };
  visit("");
  return files;
}

function readOne(path: string, isLink: boolean): FileContent {
  return isLink ? { symlink: readlinkSync(path) } : readFileSync(path);
}
