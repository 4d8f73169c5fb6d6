let stop = () => process.exit(130);

/**
 * From now on this is what a request to stop does: a signal, or the end of whoever started this process with a channel (the
 * demo, a test). Later calls replace earlier ones, as there is more to stop.
 * @param {() => void} action called at each request; a second one is impatience
 */
export function stopWith(action) {
  stop = action;
}

/** Begins to listen. Before the first `stopWith` a request ends the process at once. */
export function listenForStop() {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop());
  if (process.connected) process.on("disconnect", () => stop());
}
