import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type Forge, type ForgeOptions, startForge } from "@/e2e/forge";

const run = promisify(execFile);

/** A forge of this test file's own, and a folder beside it. Faults are cleared after each test. */
export function useForge(
  seed: NonNullable<ForgeOptions["seed"]>,
  plain: NonNullable<ForgeOptions["plain"]> = {},
): {
  forge: () => Forge;
  folder: () => string;
} {
  let forge: Forge | undefined;
  let folder = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "forge-test-"));
    forge = await startForge({ dataDir: join(folder, "data"), seed, plain });
  });
  afterEach(() => forge?.admin.clearFaults());
  afterAll(async () => {
    await forge?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    forge: () => {
      if (!forge) throw new Error("The forge has not been started yet.");
      return forge;
    },
    folder: () => folder,
  };
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON a test looks into
  body: any;
}

/** One REST call. */
export async function call(
  forge: Forge,
  token: string | null,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(forge.apiUrl + path, {
    method,
    redirect: "manual",
    headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
}

/** Runs git without any configuration or prompt; answers with all that it printed. Rejects when git fails. */
export async function git(directory: string, ...args: string[]): Promise<string> {
  const identity = ["-c", "user.name=Test Person", "-c", "user.email=test@forge.example"];
  const { stdout, stderr } = await run("git", [...identity, ...args], {
    cwd: directory,
    env: {
      NODE_ENV: "test",
      PATH: process.env.PATH ?? "",
      HOME: "/nonexistent",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
    },
  });
  return stdout + stderr;
}

export interface Received {
  headers: IncomingHttpHeaders;
  bytes: Buffer;
}

/** A server that takes hook deliveries and keeps them. */
export async function startReceiver(
  status = 200,
): Promise<{ url: string; received: Received[]; close(): void }> {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, bytes: Buffer.concat(chunks) });
      response.writeHead(status).end("received");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/1`;
  return {
    url,
    received,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A clone address with credentials in it. */
export function cloneUrl(forge: Forge, name: string, credentials?: string): string {
  return `${credentials ? forge.url.replace("//", `//${credentials}@`) : forge.url}/${name}.git`;
}
