import { readdirSync, readFileSync } from "node:fs";
import { descendantsOf } from "@/worker/process-tree";
import { HOSTNAME, type Sandbox } from "@/worker/sandbox";
import { signal } from "@/worker/signal";

/**
 * Ends sandboxes that lost their worker. Each ends with its worker by itself, except in the few milliseconds in which it is
 * still being set up; control groups catch those too, where they can be had.
 */
export async function endOrphans(sandbox: Sandbox): Promise<void> {
  if (sandbox.kind !== "bubblewrap") return;
  await sandbox.cgroups?.sweep();
  for (const pid of sandboxes()) {
    if (!isOrphan(pid)) continue;
    for (const one of [pid, ...descendantsOf(pid)]) signal(one, "SIGKILL");
  }
}

/** The processes of bubblewrap itself that belong to builds of a console, by the name that they give the machine inside. */
function sandboxes(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => read(pid, "cmdline").includes(`\0--hostname\0${HOSTNAME}\0`))
    .filter((pid) => read(pid, "comm").trim() === "bwrap");
}

/** The first process of the machine, or of its container, adopts whatever lost its parent. */
const isOrphan = (pid: number): boolean => /^PPid:\t1$/m.test(read(pid, "status"));

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}
