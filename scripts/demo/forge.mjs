import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { buildFolders, inRoot } from "../project.mjs";
import { startLogged, whenReady } from "./process.mjs";
import { FORGE_DATA, SECRET_FILE } from "./settings.mjs";

/** The sandbox Git host, with the demo's repositories and the console as its one OAuth client. */
export function startForge({ ports, callbackUrl, forgeUrl, clientId }) {
  const leash = pathToFileURL(inRoot("scripts", "demo", "leash.mjs")).href;
  const forge = startLogged("forge", [
    ...["--import", leash, join(buildFolders().processes, "forge.mjs")],
    ...["--data", FORGE_DATA, "--seed", "demo"],
    ...["--port", String(ports.forge), "--registry-port", String(ports.registry)],
    ...["--gitlab-port", String(ports.gitlab)],
    ...["--client-name", "Skytells Console", "--client-id", clientId, "--client-secret-file", SECRET_FILE],
    ...["--redirect-uri", callbackUrl],
  ]);
  return { ...forge, ready: whenReady(forge, answers(forgeUrl)) };
}

async function answers(url) {
  for (;;) {
    const response = await fetch(url, { redirect: "manual" }).catch(() => undefined);
    if (response) return;
    await delay(100);
  }
}
