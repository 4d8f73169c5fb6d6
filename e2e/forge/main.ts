import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startForge } from "./index";
import { PLAIN_KINDS } from "./plain/kinds";

/**
 * `node forge.mjs --data DIR --port N --registry-port N --seed demo
 *    [--gitlab-port N] [--gitea-port N] [--bitbucket-port N]
 *    [--client-id X --client-secret-file F --redirect-uri URL …] [--client-type oauth_app] [--client-name NAME]`
 *
 * Prints one line of JSON when it listens; SIGTERM and SIGINT end it at once (all state is on disk already).
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: "string" },
      port: { type: "string" },
      "registry-port": { type: "string" },
      seed: { type: "string" },
      "client-id": { type: "string" },
      "client-secret-file": { type: "string" },
      "redirect-uri": { type: "string", multiple: true },
      "client-type": { type: "string" },
      "client-name": { type: "string" },
      "gitlab-port": { type: "string" },
      "gitea-port": { type: "string" },
      "bitbucket-port": { type: "string" },
    },
  });
  if (!values.data) throw new Error("Say where to keep the data: --data DIR");
  const forge = await startForge({
    dataDir: values.data,
    port: readPort(values.port),
    registryPort: readPort(values["registry-port"]),
    seed: readSeed(values.seed),
    plain: readPlainPorts(values),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const clientId = values["client-id"];
  if (clientId) {
    const secretFile = values["client-secret-file"];
    const callback = values["redirect-uri"];
    if (!secretFile || !callback)
      throw new Error("--client-id needs --client-secret-file and --redirect-uri.");
    await forge.admin.registerClient({
      clientId,
      clientSecret: readFileSync(secretFile, "utf8").trim(),
      callback,
      type: values["client-type"] === "github_app" ? "github_app" : "oauth_app",
      ...(values["client-name"] ? { name: values["client-name"] } : {}),
    });
  }
  const { url, apiUrl, registryUrl, plain } = forge;
  process.stdout.write(`${JSON.stringify({ event: "ready", url, apiUrl, registryUrl, plain })}\n`);
}

type PlainPorts = NonNullable<Parameters<typeof startForge>[0]["plain"]>;

/** A plain Git host is started where it was given a port. */
function readPlainPorts(values: Record<string, unknown>): PlainPorts {
  const ports: PlainPorts = {};
  for (const kind of PLAIN_KINDS) {
    const value = values[`${kind}-port`];
    if (typeof value === "string") ports[kind] = readPort(value);
  }
  return ports;
}

function readPort(value: string | undefined): number {
  const port = Number(value ?? "0");
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`"${value}" is not a port.`);
  return port;
}

function readSeed(value: string | undefined): "demo" | "empty" {
  if (value === undefined || value === "empty") return "empty";
  if (value === "demo") return "demo";
  throw new Error(`--seed is "demo" or "empty", not "${value}".`);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => process.exit(0));

main().catch((error) => {
  process.stderr.write(`forge: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
