import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "./project.mjs";

const TOP = "app|components|db|docs|e2e|lib|scripts|server|sites|worker|\\.ci";
const CITED = new RegExp(`\`((?:${TOP})/[\\w./[\\]()-]*|[\\w-]+\\.(?:json|jsonc|mjs|mts|ts|md))\``, "g");
const PROOF = /`([\w./[\]()-]+\.(?:test|spec)\.(?:ts|tsx|mjs))` › "([^"\n]+)"/g;

/**
 * What the documents say that is not so: paths that are gone, and proofs of docs/security.md whose test is gone.
 * @param {string} root the checkout
 */
export function checkDocuments(root) {
  return documentsOf(root).flatMap((name) => {
    const text = readFileSync(join(root, name), "utf8");
    return [...missingPaths(root, name, text), ...missingProofs(root, name, text)];
  });
}

function documentsOf(root) {
  const below = (folder) =>
    existsSync(join(root, folder)) ? readdirSync(join(root, folder), { recursive: true }) : [];
  const docs = below("docs").filter((name) => name.endsWith(".md"));
  return [
    ...docs.map((name) => `docs/${name}`),
    ...["README.md"].filter((name) => existsSync(join(root, name))),
  ];
}

function missingPaths(root, name, text) {
  const cited = new Set([...text.matchAll(CITED)].map((match) => match[1]));
  return [...cited]
    .filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, `${path}.ts`)))
    .map((path) => `${name}: \`${path}\` does not exist. Correct the path, or the sentence.`);
}

function missingProofs(root, name, text) {
  return [...text.matchAll(PROOF)].flatMap(([, file, title]) => {
    if (!existsSync(join(root, file)))
      return [`${name}: ${file} does not exist, which should prove "${title}".`];
    const hasTest = titlesIn(readFileSync(join(root, file), "utf8")).includes(title);
    return hasTest
      ? []
      : [`${name}: ${file} has no test "${title}". Name the test that proves the rule now.`];
  });
}

/** The names of tests as they are written, in any of the three quotes. */
function titlesIn(text) {
  const pattern = /\b(?:test|it)(?:\.\w+(?:\([^()]*\))?)*\(\s*(["'`])((?:\\.|(?!\1).)*)\1/gs;
  return [...text.matchAll(pattern)].map((match) => match[2].replace(/\\(.)/g, "$1"));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const problems = checkDocuments(ROOT);
  for (const problem of problems) console.error(problem);
  console.log(`Documents: ${problems.length} problems.`);
  process.exit(problems.length === 0 ? 0 : 1);
}
