import { closeDatabase } from "@/db";

/** Exit code for what a restart cannot mend: the supervisor stops and lets the message stand. */
export const CONFIGURATION_ERROR = 78;

const STOP_WITHIN_MS = 1200;

/** Tells the supervisor that this process answers. */
export function reportReady(port: number): void {
  process.send?.({ type: "ready", port });
}

/**
 * Ends the process when it is told to, or when its supervisor is gone: what lives on unsupervised would hold the port
 * against its successor.
 */
export function stopOnRequest(stop: () => Promise<void>): void {
  let isStopping = false;
  const end = async () => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref();
    await stop().then(closeDatabase);
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void end());
  if (process.connected) process.on("disconnect", () => void end());
}
