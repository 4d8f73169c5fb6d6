import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { foldersOf, prepareFolders } from "@/worker/folders";
import { endOrphans } from "@/worker/orphans";
import { probeSandbox } from "@/worker/probe";
import { cageCommand, type Sandbox } from "@/worker/sandbox";
import { makeWorkspace } from "@/worker/workspace";

const ROUNDS = 60;

const running = (): string[] =>
  readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, "latin1").replaceAll("\0", " ");
      return line.includes("sleep 377") ? [line] : [];
    } catch {
      return [];
    }
  });

test("a sandbox that loses its worker at any moment of its beginning is ended", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "skytells-orphans-"));
  const folders = foldersOf(join(dataDir, "data"));
  await prepareFolders(folders);
  const wanted = { wanted: "bubblewrap", builds: folders.builds, tools: folders.tools, dataDir } as const;
  const sandbox = await probeSandbox(wanted);
  if (sandbox.kind !== "bubblewrap") throw new Error("There is no bubblewrap here.");
  const workspace = join(folders.builds, "orphan");
  await makeWorkspace(workspace, sandbox, 0);
  const cage = { workspace, folder: "", slot: 0, maxFileBytes: 1e9, network: null };
  const { argv } = cageCommand(sandbox, cage, "sleep 377");
  const parent = join(dataDir, "parent.mjs");
  writeFileSync(parent, `${PARENT}\nbegin(${JSON.stringify(argv)});`);
  for (let round = 0; round < ROUNDS; round += 1) {
    await killAfter(parent, round % 30);
    await gone(sandbox);
  }
  rmSync(dataDir, { recursive: true, force: true });
}, 300_000);

const PARENT = `import { spawn } from "node:child_process";
function begin([command, ...argv]) {
  const child = spawn(command, argv, { env: {}, detached: true, stdio: ["ignore", "ignore", "ignore", "pipe"] });
  setTimeout(() => child.stdio[3].end("1"), 10);
  process.stdout.write("begun");
  setInterval(() => undefined, 1000);
}`;

async function killAfter(program: string, milliseconds: number): Promise<void> {
  const parent = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => parent.once("exit", resolve));
  await new Promise((resolve) => parent.stdout.once("data", resolve));
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  parent.kill("SIGKILL");
  await ended;
}

/** As the worker does: again and again, since what still had a parent at one look may have lost it before the next. */
async function gone(sandbox: Sandbox): Promise<void> {
  const deadline = Date.now() + 10_000;
  do {
    await endOrphans(sandbox);
    await new Promise((resolve) => setTimeout(resolve, 100));
  } while (running().length > 0 && Date.now() < deadline);
  expect(running()).toEqual([]);
}
