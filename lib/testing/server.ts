import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Postgres, startPostgres } from "@/scripts/postgres.mjs";

const PREFIX = "skytells-test-";
const OWNER = "owner.pid";

export type TestServer = Postgres & { folder: string; remove(): Promise<void> };

/** Starts a throw-away PostgreSQL in a temporary folder, after removing those of runs that did not get to their end. */
export async function startTestServer(): Promise<TestServer> {
  await removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  // The server has an account of its own, which must get through to its folder.
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, OWNER), String(process.pid));
  const server = await startPostgres({ dataDir: folder, database: "template", isDurable: false });
  return { ...server, folder, remove: () => remove(folder, server) };
}

async function remove(folder: string, server: Postgres): Promise<void> {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function removeAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const folder = join(tmpdir(), name);
    if (name.startsWith(PREFIX) && isAbandoned(folder)) await end(folder);
  }
}

function isAbandoned(folder: string): boolean {
  const owner = join(folder, OWNER);
  if (!existsSync(owner)) return false;
  try {
    process.kill(Number(readFileSync(owner, "utf8")), 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

async function end(folder: string): Promise<void> {
  const pidFile = join(folder, "postgres", "cluster", "postmaster.pid");
  if (existsSync(pidFile)) {
    const server = await startPostgres({ dataDir: folder, database: "template", isDurable: false });
    await server.stop();
  }
  rmSync(folder, { recursive: true, force: true });
}
