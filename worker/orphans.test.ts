import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { endOrphans } from "@/worker/orphans";
import { type Bubblewrap, HOSTNAME } from "@/worker/sandbox";
import { signal } from "@/worker/signal";

const SANDBOX: Bubblewrap = { kind: "bubblewrap", program: "bwrap", ownerOf: null, cgroups: null, etc: "" };
const MARK = ["--hostname", HOSTNAME, "--"];

const sleeping = (seconds: number): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => commandOf(pid).startsWith(`sleep ${seconds} `));

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error("It did not come to that.");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

afterEach(() => {
  for (const pid of [381, 382, 383].flatMap(sleeping)) signal(pid, "SIGKILL");
});

/** Lets the machine's first process adopt a command, as it does when a worker is killed. */
async function abandon(...command: string[]): Promise<void> {
  const parent = spawn("sh", ["-c", '"$@" & :', "sh", ...command], { stdio: "ignore" });
  await new Promise((resolve) => parent.once("exit", resolve));
}

test("what sets a sandbox up is ended once it lost its worker, whichever program it has come to", async () => {
  await abandon("sh", "-c", "sleep 381; :", ...MARK);
  await until(() => sleeping(381).length === 1);
  await endOrphans(SANDBOX);
  await until(() => sleeping(381).length === 0);
});

test("what has its parent, and what is not of a build, goes on", async () => {
  await abandon("sh", "-c", "sleep 382; :", "--hostname", "another-machine", "--");
  const ours = spawn("sh", ["-c", "sleep 383; :", ...MARK], { stdio: "ignore" });
  await until(() => sleeping(382).length + sleeping(383).length === 2);
  await endOrphans(SANDBOX);
  expect([sleeping(382).length, sleeping(383).length]).toEqual([1, 1]);
  ours.kill("SIGKILL");
});
