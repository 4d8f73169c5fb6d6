import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../ports.mjs";
import { inRoot } from "../project.mjs";
import { BUILD } from "./console.mjs";

/**
 * The sandbox Git host of the tests on a folder and loopback ports of its own, with one OAuth client.
 * @returns {Promise<{ url: string, ask: (method: string, ...args: unknown[]) => Promise<any>, stop: () => void }>}
 *   `ask` calls a method of the host's admin
 */
export async function startForge(folder, { callbackOf, clientId, clientSecret }) {
  const secretFile = join(folder, "client-secret");
  writeFileSync(secretFile, clientSecret, { mode: 0o600 });
  const [port, registryPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const args = [
    ...["--data", join(folder, "forge"), "--seed", "empty"],
    ...["--port", String(port), "--registry-port", String(registryPort)],
    ...["--client-name", "Skytells Console", "--client-id", clientId, "--client-secret-file", secretFile],
    ...["--redirect-uri", callbackOf(url)],
  ];
  const child = fork(inRoot(BUILD.DIST_DIR, "forge.mjs"), args, { silent: true });
  process.once("exit", () => child.kill());
  await untilAnswering(url, child);
  return { url, ask: (method, ...values) => ask(url, method, values), stop: () => child.kill() };
}

async function untilAnswering(url, child) {
  while (!(await fetch(url).catch(() => undefined))) {
    if (child.exitCode !== null) throw new Error("The sandbox Git host ended while starting.");
    await delay(50);
  }
}

async function ask(url, method, values) {
  const response = await fetch(`${url}/-/forge/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(values),
  });
  const { result, error } = await response.json();
  if (!response.ok) throw new Error(`The sandbox Git host refused ${method}: ${error}`);
  return result;
}
