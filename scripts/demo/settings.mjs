import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { chooseFreePort } from "../ports.mjs";
import { inRoot } from "../project.mjs";

export const FOLDER = inRoot(".demo");
export const CONSOLE_DATA = inRoot(".demo", "console");
export const FORGE_DATA = inRoot(".demo", "forge");
export const SECRET_FILE = inRoot(".demo", "client-secret");

const FILE = inRoot(".demo", "settings.json");
const USUAL_PORTS = { console: 3000, sites: 4000, forge: 4100, registry: 4101, gitlab: 4102 };

/** What the demo remembers: its ports, and the OAuth client by which console and forge know each other. */
export async function loadSettings() {
  mkdirSync(FOLDER, { recursive: true, mode: 0o711 });
  const before = existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : {};
  const settings = {
    clientId: before.clientId ?? `demo${randomBytes(8).toString("hex")}`,
    ports: await choosePorts(before.ports ?? {}),
  };
  writeFileSync(FILE, `${JSON.stringify(settings, undefined, 2)}\n`);
  if (!existsSync(SECRET_FILE)) writeFileSync(SECRET_FILE, randomBytes(20).toString("hex"), { mode: 0o600 });
  return {
    ...settings,
    clientSecret: readFileSync(SECRET_FILE, "utf8").trim(),
    ...addresses(settings.ports),
  };
}

async function choosePorts(before) {
  const ports = {};
  for (const [name, usual] of Object.entries(USUAL_PORTS)) {
    const near = Array.from({ length: 10 }, (_, step) => usual + step);
    const taken = Object.values(ports);
    const wanted = [before[name], ...near].filter((port) => port && !taken.includes(port));
    ports[name] = await chooseFreePort(wanted);
  }
  return ports;
}

/** The forge is on another site than the console, so that they share no cookies. */
export function addresses(ports) {
  const consoleUrl = `http://localhost:${ports.console}`;
  const forgeUrl = `http://127.0.0.1:${ports.forge}`;
  return {
    consoleUrl,
    forgeUrl,
    registryUrl: `http://127.0.0.1:${ports.registry}`,
    gitlabUrl: `https://127.0.0.1:${ports.gitlab}`,
    callbackUrl: `${consoleUrl}/api/integrations/${instanceId(forgeUrl)}/callback`,
  };
}

/** The id that the console gives to the Git host of its environment (lib/instances/instance-id.ts). */
function instanceId(origin) {
  return `pin_${createHash("sha256").update(`github\n${origin}`).digest("hex").slice(0, 20)}`;
}

/** What the console is told: the forge, as an administrator would configure any GitHub Enterprise Server. */
export function consoleEnvironment({ ports, consoleUrl, forgeUrl, registryUrl, clientId, clientSecret }) {
  const { DATABASE_URL, MASTER_KEY, MASTER_KEY_FILE, SITES_URL, SITES_DOMAIN, ...inherited } = process.env;
  return {
    ...inherited,
    DATA_DIR: CONSOLE_DATA,
    HOST: "127.0.0.1",
    PORT: String(ports.console),
    SITES_PORT: String(ports.sites),
    CONSOLE_URL: consoleUrl,
    GITHUB_URL: forgeUrl,
    GITHUB_API_URL: `${forgeUrl}/api/v3`,
    GITHUB_CLIENT_ID: clientId,
    GITHUB_CLIENT_SECRET: clientSecret,
    BUILD_REGISTRY_URL: registryUrl,
    // The host like GitLab lives here, as one of a company would in its own network.
    EGRESS_ALLOW: [inherited.EGRESS_ALLOW, `127.0.0.1:${ports.gitlab}`].filter(Boolean).join(","),
  };
}
