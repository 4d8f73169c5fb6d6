import { readdirSync, readFileSync } from "node:fs";
import { descendantsOf } from "@/worker/process-tree";
import { HOSTNAME, type Sandbox } from "@/worker/sandbox";
import { signal } from "@/worker/signal";

/** What was being born during one look is met at the next. */
const LOOKS = 20;

/**
 * Ends sandboxes that lost their worker. Each ends with its worker by itself, except in the few milliseconds in which it is
 * still being set up: bubblewrap, `unshare` and `setpriv` follow each other there, and one that loses its parent before it
 * has asked to die with it goes on alone. Control groups catch those that were admitted to one.
 */
export async function endOrphans(sandbox: Sandbox): Promise<void> {
  if (sandbox.kind !== "bubblewrap") return;
  await sandbox.cgroups?.sweep();
  for (let look = 0; look < LOOKS; look += 1) {
    const orphans = startersOfSandboxes().filter(isOrphan);
    if (orphans.length === 0) return;
    for (const pid of orphans.flatMap((orphan) => [orphan, ...descendantsOf(orphan)])) signal(pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/**
 * The processes that set up builds of a console, whichever of the programs they have come to, by the name that they give the
 * machine inside. What they start in the end no longer has it in its arguments.
 */
function startersOfSandboxes(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && read(pid, "cmdline").includes(`\0--hostname\0${HOSTNAME}\0`));
}

/** The first process of the machine, or of its container, adopts whatever lost its parent; a person's systemd does so for theirs. */
function isOrphan(pid: number): boolean {
  const parent = Number(/^PPid:\t(\d+)$/m.exec(read(pid, "status"))?.[1]);
  return parent !== process.pid && (parent === 1 || read(parent, "comm").trim() === "systemd");
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}
