import { type Heard, subscribe } from "@/lib/events/subscribe";

export const STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  // Reverse proxies of the nginx family otherwise hold events back.
  "x-accel-buffering": "no",
} as const;

export type StreamOptions = {
  projectId: string;
  /** Asked every few seconds: does this session still live and may its person still see this project? */
  isAllowed: () => Promise<boolean>;
  /** The browser went away. */
  signal: AbortSignal;
  recheckMs?: number;
  keepAliveMs?: number;
};

type Open = { close: () => void };

const STREAMS = Symbol.for("skytells.console.streams");
const globals = globalThis as unknown as Record<symbol, Set<Open> | undefined>;
const RETRY_MS = 1000;
/** Events that may wait for one tab. */
const MOST_WAITING = 500;

/** Every open stream of this process: a shutdown closes them, or it would wait for their browsers. */
export function openStreams(): Set<Open> {
  const existing = globals[STREAMS] ?? new Set<Open>();
  globals[STREAMS] = existing;
  return existing;
}

/**
 * One tab's stream of a project's events, ended when the session or the role ends. Events say that something changed, never
 * what: the tab asks for it through a route that checks the permission again. After a gap the tab hears `missed`.
 */
export function eventStream(options: StreamOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let end: () => void = () => undefined;
  return new ReadableStream({
    start(controller) {
      let id = 0;
      let isEnded = false;
      const write = (text: string) => {
        if (isEnded) return;
        controller.enqueue(encoder.encode(text));
        // A tab that does not read comes back by itself and reads the rows then.
        if ((controller.desiredSize ?? 0) < -MOST_WAITING) end();
      };
      const send = (event: Heard) => {
        id += 1;
        write(`id: ${id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
        if (event.kind === "members" || event.kind === "missed") void recheck();
      };
      const recheck = async () => {
        // Not knowing is not being allowed.
        const isAllowed = await options.isAllowed().catch(() => false);
        if (!isAllowed) end();
      };

      const handle = { close: () => end() };
      const unsubscribe = subscribe(options.projectId, send);
      const rechecking = setInterval(() => void recheck(), options.recheckMs ?? 5000);
      const keeping = setInterval(() => write(": still here\n\n"), options.keepAliveMs ?? 15_000);
      openStreams().add(handle);
      end = () => {
        if (isEnded) return;
        isEnded = true;
        clearInterval(rechecking);
        clearInterval(keeping);
        unsubscribe();
        openStreams().delete(handle);
        options.signal.removeEventListener("abort", end);
        closeQuietly(controller);
      };
      options.signal.addEventListener("abort", end);
      write(`retry: ${RETRY_MS}\n\n`);
      if (options.signal.aborted) end();
    },
    cancel() {
      end();
    },
  });
}

/** A stream that its reader cancelled is closed already. */
function closeQuietly(controller: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    controller.close();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}
