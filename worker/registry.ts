import { homedir } from "node:os";
import { delimiter, dirname } from "node:path";
import { env } from "@/lib/env";
import { CommandMissing } from "@/worker/exec";
import { SYSTEM_PATH } from "@/worker/git";
import { runProgram } from "@/worker/run";

const PUBLIC = "https://registry.npmjs.org/";

let known: Promise<string> | undefined;

/** The package registry of install steps: BUILD_REGISTRY_URL, else what npm is configured to use on this machine. */
export function buildRegistry(): Promise<string> {
  known ??= findRegistry().then(withoutUser);
  return known;
}

async function findRegistry(): Promise<string> {
  const chosen = env().BUILD_REGISTRY_URL;
  if (chosen) return chosen;
  try {
    const path = `${dirname(process.execPath)}${delimiter}${SYSTEM_PATH}`;
    const argv = ["npm", "config", "get", "registry"] as const;
    const { output } = await runProgram(argv, { env: { PATH: path, HOME: homedir() }, timeoutMs: 20_000 });
    return URL.canParse(output.trim()) ? output.trim() : PUBLIC;
  } catch (error) {
    if (error instanceof CommandMissing) return PUBLIC;
    throw error;
  }
}

/** A build must not see who we are to the registry. */
function withoutUser(text: string): string {
  const url = new URL(text);
  url.username = "";
  url.password = "";
  return url.href;
}
