import { spawnSync } from "node:child_process";
import { say, step } from "./progress.mjs";

const isThere = (command) => spawnSync(command, ["--version"]).status === 0;

/**
 * Build commands run inside of bubblewrap. Where it is missing, it is installed if this machine lets us; if not, the console
 * works without it for sites that need no build command.
 */
export async function ensureBubblewrap() {
  if (process.platform !== "linux" || isThere("bwrap")) return;
  if (process.getuid?.() === 0 && isThere("apt-get")) {
    await installPackages("Installing bubblewrap (sandbox for builds)", ["bubblewrap"]).catch((error) =>
      say(error.message),
    );
  }
  if (!isThere("bwrap")) {
    say(
      "bubblewrap is missing: sites without a build command deploy, build commands are refused. Install it with: apt-get install bubblewrap",
    );
  }
}

/** Installs Debian packages. Needs root. */
export async function installPackages(sentence, names) {
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await step("Reading the list of packages", "apt-get", ["update"], { environment });
  await step(sentence, "apt-get", ["install", "-y", "--no-install-recommends", ...names], { environment });
}
