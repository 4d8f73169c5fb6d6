import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { hashSources, hasStamp, removeStamp, writeStamp } from "./build/stamp.mjs";
import { exitWith, Refusal, step } from "./progress.mjs";
import { buildFolders, inRoot, ROOT } from "./project.mjs";
import { listenForStop } from "./supervisor/signals.mjs";

const STAMP = "sources.sha256";

/** Builds what is not up to date, in a process of its own, with progress lines. */
export async function ensureBuilt(environment = process.env) {
  if (isBuilt(environment)) return;
  const script = inRoot("scripts", "build.mjs");
  await step("Building the console", process.execPath, [script], { environment });
}

/** Whether both parts of the build were made from the present sources. */
export function isBuilt(environment = process.env) {
  const hash = hashSources();
  return Object.values(stamps(environment)).every((stamp) => hasStamp(stamp, hash));
}

function stamps(environment) {
  const { processes, pages } = buildFolders(environment);
  return { processes: join(processes, STAMP), pages: join(ROOT, pages, STAMP) };
}

/** `--processes` leaves the pages out, `--only forge,server` makes just these bundles, `--force` makes all anew. */
async function main(options) {
  const only = options[options.indexOf("--only") + 1];
  if (options.includes("--only")) return bundle(only?.split(","));
  const hash = hashSources();
  const { processes, pages } = stamps(process.env);
  const isForced = options.includes("--force");
  if (isForced || !hasStamp(processes, hash)) await stamped(processes, hash, buildProcesses);
  if (options.includes("--processes")) return;
  if (isForced || !hasStamp(pages, hash)) await stamped(pages, hash, buildPages);
}

async function stamped(file, hash, build) {
  removeStamp(file);
  await build();
  writeStamp(file, hash);
}

async function buildProcesses() {
  rmSync(buildFolders().processes, { recursive: true, force: true });
  await bundle();
}

async function bundle(names) {
  // Loaded here, because whoever only asks for stamps may have nothing installed.
  const { bundleProcesses } = await import("./build/bundles.mjs");
  const made = await bundleProcesses(buildFolders().processes, names).catch(() => {
    // esbuild has shown where.
    throw new Refusal("The processes could not be bundled.");
  });
  console.log(`Bundled ${made.join(", ")}.`);
}

function buildPages() {
  const next = inRoot("node_modules", "next", "dist", "bin", "next");
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const child = spawn(process.execPath, [next, "build"], { cwd: ROOT, env, stdio: "inherit" });
  process.once("exit", () => child.kill());
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) =>
      code === 0 ? resolve() : reject(new Refusal("The pages could not be built.")),
    );
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  listenForStop();
  await main(process.argv.slice(2)).catch(exitWith);
}
