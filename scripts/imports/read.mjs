import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";

const FOLDERS = ["app", "components", "db", "lib", "server", "sites", "worker"];
const FILES = ["proxy.ts"];

/** @typedef {{ specifier: string, isType: boolean, names: string[], line: number }} Import */
/** @typedef {{ path: string, text: string, imports: Import[] }} Source one product file; `path` from the checkout, with `/` */

/** Reads every product file below the checkout. Tests are exempt: they may look anywhere. */
export function readSources(root) {
  const files = [
    ...FOLDERS.flatMap((folder) => filesBelow(join(root, folder))),
    ...FILES.map((file) => join(root, file)),
  ];
  return files
    .map((file) => relative(root, file).split(sep).join("/"))
    .filter(isProduct)
    .flatMap((path) => readIfThere(root, path));
}

const isProduct = (path) =>
  /\.(ts|tsx|mts)$/.test(path) && !/\.(test|bench)\.[a-z]+$|\.d\.ts$|\/testing\//.test(path);

function filesBelow(folder) {
  try {
    return readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function readIfThere(root, path) {
  try {
    return [parse(path, readFileSync(join(root, path), "utf8"))];
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "EISDIR") return [];
    throw error;
  }
}

/** @returns {Source} */
export function parse(path, original) {
  const text = withoutComments(original);
  return { path, text, imports: [...statements(path, text), ...dynamic(path, text)] };
}

/** Blanks comments, keeping the lines; a `//` in a string (an address) is not one. */
function withoutComments(text) {
  const tokens = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;
  return text.replace(tokens, (token) => (token.startsWith("/") ? token.replace(/[^\n]/g, " ") : token));
}

function statements(path, text) {
  const pattern = /^[ \t]*(import|export)\b(\s+type\b)?([^"';]*?\bfrom\s*|\s*)["']([^"'\n]+)["']/gm;
  return [...text.matchAll(pattern)].map((match) => {
    const [whole, , type, clause, specifier] = match;
    const at = match.index + whole.length;
    return describe(path, text, at, specifier, { isType: isTypeOnly(type, clause), names: namesIn(clause) });
  });
}

function dynamic(path, text) {
  return [...text.matchAll(/\b(?:import|require)\(\s*["']([^"'\n]+)["']/g)].map((match) =>
    describe(path, text, match.index, match[1], { isType: false, names: [] }),
  );
}

function isTypeOnly(type, clause) {
  if (type) return true;
  const names = namesIn(clause);
  return /^\s*\{/.test(clause) && names.length > 0 && names.every((name) => name.startsWith("type "));
}

function namesIn(clause) {
  const inside = clause.match(/\{([^}]*)\}/)?.[1] ?? "";
  return inside
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
}

function describe(path, text, at, specifier, rest) {
  const line = text.slice(0, at).split("\n").length;
  const isRelative = specifier.startsWith(".");
  const target = isRelative ? posix.join(posix.dirname(path), specifier) : specifier.replace(/^@\//, "");
  return { specifier, isRelative, isOwn: isRelative || specifier.startsWith("@/"), target, line, ...rest };
}
