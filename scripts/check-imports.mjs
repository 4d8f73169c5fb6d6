import { pathToFileURL } from "node:url";
import { readSources } from "./imports/read.mjs";
import { FILE_RULES, IMPORT_RULES } from "./imports/rules.mjs";
import { ROOT } from "./project.mjs";

/** Holds the code against the table in docs/architecture.md. One line for each thing that is not as it says. */
export function checkSources(sources) {
  return sources.flatMap((source) => [...fileProblems(source), ...importProblems(source)]);
}

const fileProblems = (source) =>
  FILE_RULES.map((rule) => rule(source))
    .filter(Boolean)
    .map((sentence) => `${source.path}: ${sentence}`);

const importProblems = (source) =>
  source.imports.flatMap((found) =>
    IMPORT_RULES.map((rule) => rule(source, found))
      .filter(Boolean)
      .map((sentence) => `${source.path}:${found.line}: "${found.specifier}" ${sentence}`),
  );

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const sources = readSources(ROOT);
  const problems = checkSources(sources);
  for (const problem of problems) console.error(problem);
  console.log(`Imports: ${sources.length} files, ${problems.length} problems.`);
  process.exit(problems.length === 0 ? 0 : 1);
}
