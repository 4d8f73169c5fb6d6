import { spawn } from "node:child_process";
import { ROOT } from "./project.mjs";

const LINES_KEPT = 40;
const STILL_THERE_MS = 15_000;

/** One line that says what happens now. */
export const say = (sentence) => console.log(`· ${sentence}`);

/** An end that the person can do something about: its message is all that is printed. */
export class Refusal extends Error {}

/** Prints what to do and ends, or, for a mistake of ours, everything that helps to find it. */
export function exitWith(error) {
  console.error(error instanceof Refusal ? `\n${error.message}\n` : error);
  process.exit(error.exitCode ?? 1);
}

/**
 * Runs a command quietly and says how long it took; its output is shown only when it fails.
 * @param {string} sentence what it does, for the person who waits
 */
export async function step(sentence, command, args, { environment = process.env } = {}) {
  say(`${sentence} …`);
  const startedAt = Date.now();
  const sign = setInterval(() => say(`  … ${Math.round((Date.now() - startedAt) / 1000)} s`), STILL_THERE_MS);
  const { code, lines } = await collect(command, args, environment);
  clearInterval(sign);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  if (code !== 0) throw new Refusal(`${sentence} failed after ${seconds} s:\n\n${lines.join("\n")}`);
  say(`${sentence}: done in ${seconds} s`);
}

function collect(command, args, env) {
  const lines = [];
  const keep = (chunk) => {
    lines.push(...String(chunk).trimEnd().split("\n"));
    lines.splice(0, lines.length - LINES_KEPT);
  };
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    const end = () => child.kill();
    process.once("exit", end);
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => resolve({ code: 127, lines: [error.message] }));
    child.on("close", (code) => {
      process.off("exit", end);
      resolve({ code, lines });
    });
  });
}
