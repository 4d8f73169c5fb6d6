const EXPECTED = new Set(["ESRCH", "EPERM"]);

/** Signals a process, or with a negative number a process group; one that is gone already, or is not ours, is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!EXPECTED.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** Whether there is such a process, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
