import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Forge, startForge } from "@/e2e/forge";
import { Leaks } from "@/e2e/leaks";
import { freePort, ROOT, type Running, startScript, until } from "./processes";

const run = promisify(execFile);

/** A console of its own, from the build, with a sandbox Git host beside it: what one test worker uses. */
export class TestConsole {
  /** Through the recorder, which keeps every answer for the scan at the end. */
  readonly url: string;
  private running: Running | undefined;

  private constructor(
    readonly forge: Forge,
    /** What must be found nowhere when it closes. */
    readonly leaks: Leaks,
    readonly folder: string,
    private readonly ports: { web: number; sites: number },
    private readonly environment: Record<string, string>,
  ) {
    this.url = leaks.url;
  }

  static async start(): Promise<TestConsole> {
    const folder = await mkdtemp(join(tmpdir(), "console-e2e-"));
    const forge = await startForge({
      dataDir: join(folder, "forge"),
      seed: "demo",
      plain: { gitlab: 0 },
    });
    const ports = { web: await freePort(), sites: await freePort() };
    const dataDir = join(folder, "data");
    const leaks = await Leaks.watch({ webPort: ports.web, dataDir });
    const client = await forge.admin.registerClient({
      name: "Skytells Console",
      callback: `${leaks.url}/api/integrations/${instanceId(forge.url)}/callback`,
    });
    leaks.secrets.addOperators("GITHUB_CLIENT_SECRET", client.clientSecret);
    const made = new TestConsole(forge, leaks, folder, ports, {
      ...inherited(),
      DATA_DIR: dataDir,
      CONSOLE_URL: leaks.url,
      PORT: String(ports.web),
      SITES_PORT: String(ports.sites),
      GITHUB_URL: forge.url,
      GITHUB_API_URL: forge.apiUrl,
      GITHUB_CLIENT_ID: client.clientId,
      GITHUB_CLIENT_SECRET: client.clientSecret,
      BUILD_REGISTRY_URL: forge.registryUrl,
      POLL_SECONDS: "2",
      // The plain Git hosts live here, as those of a company would in its own network.
      EGRESS_ALLOW: "127.0.0.1",
    });
    await made.boot();
    return made;
  }

  /** Starts the processes and waits until every one of them answers. */
  async boot(): Promise<void> {
    const running = startScript("scripts/start.mjs", ["--as-built"], this.environment);
    this.running = running;
    this.leaks.follow(running.child);
    await until(
      "the console is ready",
      async () => {
        if (running.child.exitCode !== null) throw new Error(running.output());
        return (await fetch(`${this.url}/api/ready`)).ok;
      },
      60_000,
    ).catch((error) => {
      throw new Error(`${error}\n${running.output()}`);
    });
  }

  /** What the processes have printed since the last start. */
  output(): string {
    return this.running?.output() ?? "";
  }

  /** Ends it the polite way and returns the exit code. */
  async stop(): Promise<number | string> {
    this.running?.child.kill("SIGTERM");
    return (await this.running?.ended) ?? 0;
  }

  /** Kills the supervisor outright, as a crash or an impatient person would. */
  async kill(): Promise<void> {
    this.running?.child.kill("SIGKILL");
    await this.running?.ended;
    await until("the web process noticed", async () => !(await isListening(this.ports.web)));
  }

  /** Runs `npm run console -- …` against this console and returns what it printed. */
  async command(...args: string[]): Promise<string> {
    const running = run(process.execPath, ["scripts/console.mjs", ...args], {
      cwd: ROOT,
      env: {
        NODE_ENV: "production",
        PATH: process.env.PATH ?? "",
        HOME: process.env.HOME ?? "/",
        ...this.environment,
      },
    });
    this.leaks.follow(running.child);
    const { stdout } = await running;
    return stdout;
  }

  /** A person with an account, and a link that signs them in once. */
  async person(name: string, { isAdmin = false } = {}): Promise<{ email: string; link: string }> {
    const email = `${name.toLowerCase().replace(/\W+/g, ".")}.${Math.random().toString(36).slice(2, 8)}@example.test`;
    const admin = isAdmin ? ["--admin"] : [];
    const printed = await this.command("users", "create", "--email", email, "--name", name, ...admin);
    const link = /http:\/\/\S+/.exec(printed)?.[0];
    if (!link) throw new Error("The command printed no link.");
    return { email, link };
  }

  /** The published site behind an address such as `http://blog-a1b2c3.localhost:4000/`: status and text. */
  visit(address: string): Promise<{ status: number; text: string }> {
    const { host, pathname } = new URL(address);
    return new Promise((resolve, reject) => {
      // Node does not resolve *.localhost, browsers do.
      const call = request(
        { host: "127.0.0.1", port: this.ports.sites, path: pathname, headers: { host } },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            text += chunk;
          });
          response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      call.once("error", reject);
      call.end();
    });
  }

  /** Ends it, and fails if a secret of its run is found anywhere that it does not belong. */
  async close(): Promise<void> {
    await this.stop();
    try {
      await this.leaks.refuse(await this.forge.admin.issuedSecrets());
    } finally {
      await this.leaks.end();
      await this.forge.close();
      await rm(this.folder, { recursive: true, force: true });
    }
  }
}

/** The id that the console gives to the instance that its environment names (see lib/instances/instance-id.ts). */
function instanceId(origin: string): string {
  return `pin_${createHash("sha256").update(`github\n${origin}`).digest("hex").slice(0, 20)}`;
}

/** Where the tests' own build is, handed down by scripts/test.mjs. */
function inherited(): Record<string, string> {
  const names = ["DIST_DIR", "NEXT_DIST_DIR"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

async function isListening(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/api/health`).then(
    () => true,
    () => false,
  );
}
