import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CageEnding, type CageLimits, startCaged } from "@/worker/cage";
import { foldersOf, prepareFolders } from "@/worker/folders";
import { probeSandbox } from "@/worker/probe";
import { CHECKOUT, type Sandbox } from "@/worker/sandbox";
import { makeWorkspace } from "@/worker/workspace";

const MEBIBYTE = 1024 * 1024;
const LIMITS: CageLimits = { timeoutMs: 20_000, memoryBytes: 256 * MEBIBYTE, diskBytes: 256 * MEBIBYTE };

// Below a folder that nobody else may enter, as a home folder is.
const dataDir = mkdtempSync(join(tmpdir(), "skytells-sandbox-"));
const folders = foldersOf(join(dataDir, "private", "data"));
let sandbox: Exclude<Sandbox, { kind: "missing" }>;
let count = 0;

beforeAll(async () => {
  mkdirSync(join(dataDir, "private"), { mode: 0o700 });
  await prepareFolders(folders);
  const found = await probeSandbox({
    wanted: "bubblewrap",
    builds: folders.builds,
    tools: folders.tools,
    dataDir,
  });
  if (found.kind === "missing") throw new Error(found.detail);
  sandbox = found;
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

type Result = CageEnding & { said: string; workspace: string; bytes: number };

async function run(
  command: string,
  limits: Partial<CageLimits> = {},
  { stopAfterMs, within = sandbox }: { stopAfterMs?: number; within?: typeof sandbox } = {},
): Promise<Result> {
  count += 1;
  const name = `test-${process.pid}-${count}`;
  const workspace = join(folders.builds, name);
  await makeWorkspace(workspace, sandbox, 0);
  const stopping = new AbortController();
  if (stopAfterMs !== undefined) setTimeout(() => stopping.abort(), stopAfterMs);
  const cage = { workspace, folder: "", slot: 0, maxFileBytes: LIMITS.diskBytes, network: null };
  const { started, ended } = await startCaged(within, cage, {
    ...{ name, command, registry: null, signal: stopping.signal },
    limits: { ...LIMITS, ...limits },
  });
  let said = "";
  let bytes = 0;
  for (const stream of [started.output, started.complaints]) {
    stream.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (said.length < 100_000) said += chunk.toString("utf8");
    });
  }
  return { ...(await ended), said, workspace, bytes };
}

test("a command runs, in a folder below a parent with mode 0700, and writes its workspace", async () => {
  const result = await run("echo made > file && node --print 'process.cwd()' && echo $HOME $CI");
  expect(result).toMatchObject({ code: 0, cause: "exit", said: "/workspace\n/home/build 1\n" });
  expect(readFileSync(join(result.workspace, CHECKOUT, "file"), "utf8")).toBe("made\n");
});

test("it is nobody: no capability, no new privileges, no user namespace of its own", async () => {
  const { said } = await run(
    "id -u; grep -E '^(CapEff|CapBnd|NoNewPrivs):' /proc/self/status; unshare --user true",
  );
  expect(said).toMatch(/^1000\n/);
  expect(said).toMatch(/CapEff:\t0{16}\n/);
  expect(said).toMatch(/CapBnd:\t0{16}\n/);
  expect(said).toMatch(/NoNewPrivs:\t1\n/);
  expect(said).toMatch(/unshare failed/);
});

test("nothing of the machine but programs can be seen, and nothing outside the workspace written", async () => {
  writeFileSync(join(dataDir, "master.key"), "canary");
  const looks = [dataDir, "/root", "/home/../etc/shadow", "/var", "/mnt", "/srv", "/opt", "/work"];
  const { said } = await run(
    `${looks.map((path) => `ls ${path} 2>&1`).join("; ")}; ls /; ls /home /tmp; ` +
      `for f in /x /etc/x /usr/x /home/x /run/x /workspace/../x; do touch $f 2>/dev/null && echo wrote $f; done; true`,
  );
  for (const path of looks) expect(said).toMatch(new RegExp(`cannot access '${path}'|cannot open`));
  expect(said).not.toContain("canary");
  expect(said).not.toContain("wrote");
  expect(existsSync(join(dataDir, "x"))).toBe(false);
});

test("neither its own processes nor their environment tell anything of ours", async () => {
  process.env.SKYTELLS_TEST_CANARY = "canary-in-our-environment";
  const { said } = await run(
    "cat /proc/*/environ /proc/*/cmdline | tr '\\0' '\\n'; ls /proc | grep -c '^[0-9]'",
  );
  delete process.env.SKYTELLS_TEST_CANARY;
  expect(said).not.toContain("canary-in-our-environment");
  expect(said).not.toContain(dataDir);
  expect(Number(said.trim().split("\n").at(-1))).toBeLessThan(12);
});

test("no descriptor of ours is open inside", async () => {
  for (const within of [sandbox, { ...sandbox, cgroups: null }]) {
    const { said } = await run("ls -l /proc/self/fd > listing; cat listing", {}, { within });
    // What it complains to is the only one that leads to us.
    expect(said.match(/(socket|pipe):/g)).toHaveLength(1);
  }
});

test("no network: not the console's loopback ports, not the machine's own addresses", async () => {
  const server = createServer((_request, response) => response.end("reached"));
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  const { port } = server.address() as AddressInfo;
  const script = `for (const host of ["127.0.0.1", "localhost", "0.0.0.0", "169.254.169.254", "1.1.1.1"])
    require("net").connect({ host, port: ${port}, timeout: 1000 }, () => console.log("connected to", host))
      .on("error", (error) => console.log(error.code)).on("timeout", function () { this.destroy(); });`;
  const { said } = await run(
    `node --eval '${script}'; ls /sys/class/net 2>&1; cat /proc/net/dev | tail -n +3`,
  );
  server.close();
  expect(said).not.toContain("connected");
  expect(said).not.toMatch(/eth|ens|wlan/);
});

test("a hanging command is ended with everything that it started, when its time is over", async () => {
  const began = Date.now();
  const result = await run("(sleep 300 & setsid sleep 301 &) ; trap '' TERM; sleep 302", { timeoutMs: 500 });
  expect(result.cause).toBe("timeout");
  expect(Date.now() - began).toBeLessThan(5000);
  expect(readCommandLines()).not.toMatch(/sleep\0?30[012]/);
});

test("a wish to stop reaches the whole tree within two seconds", async () => {
  const began = Date.now();
  const result = await run(
    "(setsid sleep 310 &) ; trap '' TERM INT HUP; while :; do sleep 311; done",
    {},
    { stopAfterMs: 300 },
  );
  expect(result.cause).toBe("abort");
  expect(Date.now() - began).toBeLessThan(10_300);
  expect(readCommandLines()).not.toMatch(/sleep\0?31[01]/);
});

test("a fork bomb ends in refused forks, and the machine goes on", async () => {
  const many = await run("i=0; while [ $i -lt 1500 ]; do sleep 320 & i=$((i+1)); done; echo all of them");
  expect(many.said).toMatch(/fork/i);
  expect(many.said).not.toContain("all of them");
  const bomb = await run("bomb() { bomb | bomb & }; bomb; sleep 321", { timeoutMs: 1500 });
  // A shell that is refused the fork for its own `sleep` ends by itself, before it is ended.
  expect(["timeout", "exit"]).toContain(bomb.cause);
  expect(readCommandLines()).not.toMatch(/sleep\0?32[01]|bomb/);
});

test("a command that eats memory is ended as that", async () => {
  const { cause } = await run("node --eval 'const a = []; for (;;) a.push(Buffer.alloc(1e7, 1))'");
  expect(cause).toBe("memory");
});

test("where no control group can be had, memory and forks are limited all the same", async () => {
  const within = { ...sandbox, cgroups: null };
  const eater = await run(
    "node --eval 'const a = []; for (;;) a.push(Buffer.alloc(1e6, 1))'",
    {},
    { within },
  );
  expect(eater.cause).toBe("memory");
  const forks = "i=0; while [ $i -lt 1500 ]; do sleep 322 & i=$((i+1)); done; echo all of them";
  const many = await run(forks, { memoryBytes: 4096 * MEBIBYTE }, { within });
  expect(many.said).toMatch(/fork/i);
  expect(many.said).not.toContain("all of them");
});

test("without a sandbox a command runs as it is, ended with its whole group", async () => {
  const within = { kind: "none" } as const;
  expect(await run("pwd; echo $CI; exit 3", {}, { within })).toMatchObject({ code: 3, cause: "exit" });
  const began = Date.now();
  const hanging = await run("trap '' TERM; (sleep 330 &); sleep 331", { timeoutMs: 300 }, { within });
  expect([hanging.cause, Date.now() - began < 2500]).toEqual(["timeout", true]);
  // All of it is killed with one signal, and only the first of it is waited for.
  await expect.poll(readCommandLines).not.toMatch(/sleep\0?33[01]/);
});

test("neither /tmp nor /dev/shm nor the root is a way to more memory", async () => {
  const { said, cause } = await run(
    "for f in /dev/shm/x /tmp/x; do head -c 1000000000 /dev/zero > $f 2>/dev/null || echo refused; rm -f $f; done",
    { memoryBytes: 800 * MEBIBYTE },
  );
  expect([said, cause]).toEqual(["refused\nrefused\n", "exit"]);
});

test("a command that fills the disk is ended: one large file, or many", async () => {
  const one = await run("head -c 900000000 /dev/zero > file", { diskBytes: 64 * MEBIBYTE });
  expect(one.cause).toBe("too_large");
  const many = await run(
    "i=0; while :; do i=$((i+1)); head -c 20000000 /dev/zero > file$i; sleep 0.05; done",
    { diskBytes: 128 * MEBIBYTE },
  );
  expect(many.cause).toBe("too_large");
});

test("the code of a command is told as it is", async () => {
  expect(await run("exit 7")).toMatchObject({ code: 7, cause: "exit" });
  expect(await run("no-such-program")).toMatchObject({ code: 127, cause: "exit" });
});

/** The command lines of all processes of this machine. */
function readCommandLines(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    })
    .join("\n");
}
