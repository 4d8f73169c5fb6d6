import { eq } from "drizzle-orm";
import { apps, db, listen } from "@/db";

/** What a host shows: a deployment, nothing yet, or no app has this name. */
export type Live = { kind: "deployment"; id: string } | { kind: "nothing_yet" } | { kind: "unknown" };
export type LiveDeployments = { of(host: string): Promise<Live>; close(): Promise<void> };

const FRESH_MS = 1000;
const REMEMBERED = 10_000;

type Known = { live: Live; at: number };

/**
 * What is live under each host name, at most a second old, and asked again as soon as the database says that something
 * changed. While the database is away, what was known goes on being served.
 */
export function watchLiveDeployments(): LiveDeployments {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<Live>>();
  /** Counts what might have changed: an answer that was asked for before is not believed for longer than its request. */
  let changes = 0;
  const forget = () => {
    changes += 1;
    asking.clear();
    for (const one of known.values()) one.at = Number.NEGATIVE_INFINITY;
  };
  const subscription = listen(
    ["console"],
    (_channel, payload) => mayChangeSites(payload) && forget(),
    forget,
  );

  const ask = async (host: string): Promise<Live> => {
    const asked = changes;
    const live = await readLive(host);
    if (asked === changes) remember(host, live);
    return live;
  };
  const remember = (host: string, live: Live) => {
    known.delete(host);
    known.set(host, { live, at: Date.now() });
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
  };
  const of = async (host: string): Promise<Live> => {
    const found = known.get(host);
    if (found && Date.now() - found.at < FRESH_MS) return found.live;
    const question = asking.get(host) ?? ask(host);
    asking.set(host, question);
    try {
      return await question;
    } catch (error) {
      if (found) return found.live;
      throw error;
    } finally {
      if (asking.get(host) === question) asking.delete(host);
    }
  };
  return { of, close: subscription.close };
}

/** Switches are told as changes of an app; lines of a log, the bulk of what is told, concern no site. */
const mayChangeSites = (payload: string): boolean => !payload.includes('"log"');

async function readLive(host: string): Promise<Live> {
  const [row] = await db()
    .select({ id: apps.liveDeploymentId })
    .from(apps)
    .where(eq(apps.host, host))
    .limit(1);
  if (!row) return { kind: "unknown" };
  return row.id === null ? { kind: "nothing_yet" } : { kind: "deployment", id: row.id };
}
