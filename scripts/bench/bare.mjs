import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../ports.mjs";
import { step } from "../progress.mjs";
import { inRoot, ROOT } from "../project.mjs";

const FOLDER = inRoot(".bench", "bare");
const NEXT = inRoot("node_modules", "next", "dist", "bin", "next");
const FILES = {
  "package.json": `{ "name": "bare", "private": true }`,
  "next.config.mjs": `export default { poweredByHeader: false, turbopack: { root: ${JSON.stringify(ROOT)} } };`,
  "app/layout.jsx": "export default ({ children }) => <html lang='en'><body>{children}</body></html>;",
  "app/page.jsx":
    "import { headers } from 'next/headers';\nexport default async () => <p>{(await headers()).get('host')}</p>;",
};

/** The smallest dynamic page of the same Next: what every page of the console is compared with. */
export async function startBarePage() {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(join(FOLDER, "app"), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(FOLDER, name), text);
  const environment = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" };
  await step("Building a bare page to compare with", process.execPath, [NEXT, "build", FOLDER], {
    environment,
  });
  const port = await freePort();
  const args = [NEXT, "start", FOLDER, "-p", String(port), "-H", "127.0.0.1"];
  const child = spawn(process.execPath, args, { cwd: FOLDER, env: environment, stdio: "ignore" });
  process.once("exit", () => child.kill());
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(url).catch(() => undefined))) await delay(50);
  return { url, stop: () => child.kill() };
}
