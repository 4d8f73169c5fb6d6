import pg from "pg";
import { connectionConfig } from "@/db/client";

export type Subscription = { close: () => Promise<void> };

const RECONNECT_MS = 500;

/**
 * Calls `onMessage` for each notification on the channels, on a connection of its own that reconnects.
 * `onConnect` is called after every (re)connection: notifications sent meanwhile are lost, so look at the rows then.
 */
export function listen(
  channels: readonly string[],
  onMessage: (channel: string, payload: string) => void,
  onConnect: () => void = () => undefined,
): Subscription {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const retry = () => {
    client = undefined;
    if (!isClosed) timer = setTimeout(() => void connect(), RECONNECT_MS);
  };

  const connect = async () => {
    const next = new pg.Client({ ...connectionConfig(), keepAlive: true });
    client = next;
    next.on("notification", (message) => onMessage(message.channel, message.payload ?? ""));
    next.once("end", retry);
    next.on("error", () => undefined);
    try {
      await next.connect();
      for (const channel of channels) await next.query(`listen ${pg.escapeIdentifier(channel)}`);
      onConnect();
    } catch {
      // An unfinished connection emits no "end" of its own.
      next.removeListener("end", retry);
      await next.end().then(undefined, () => undefined);
      retry();
    }
  };

  void connect();
  return {
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await client?.end().then(undefined, () => undefined);
    },
  };
}
