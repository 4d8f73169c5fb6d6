type Stream = { close(): void };

// Pages and handlers are bundled by Next apart from this process's own code: they meet on globalThis.
const KEY = Symbol.for("skytells.console.streams");
const globals = globalThis as unknown as Record<symbol, Set<Stream> | undefined>;

/** Ends every event stream that is open: a stream would hold its connection, and with it a shutdown, for as long as somebody looks. */
export function closeStreams(): void {
  for (const stream of globals[KEY] ?? []) stream.close();
}
