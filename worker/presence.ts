import { eq, lt, sql } from "drizzle-orm";
import { db, newId, workers } from "@/db";
import type { Machine } from "@/worker/machine";

/** This worker's row: when it was last alive, and what it can do. */
export type Presence = { tell(): Promise<void>; leave(): Promise<void> };

export function createPresence(machine: Machine): Presence {
  const id = newId("wrk");
  const { sandbox, git, name } = machine;
  const facts = {
    name,
    gitVersion: git.problem === null ? git.version : null,
    sandbox: sandbox.kind,
    sandboxDetail: sandboxDetail(machine),
  };
  return {
    tell: async () => {
      await db()
        .insert(workers)
        .values({ id, ...facts })
        .onConflictDoUpdate({ target: workers.id, set: { seenAt: sql`now()` } });
      await db().delete(workers).where(lt(workers.seenAt, sql`now() - interval '1 day'`));
    },
    leave: async () => {
      await db().delete(workers).where(eq(workers.id, id));
    },
  };
}

function sandboxDetail({ sandbox }: Machine): string | null {
  if (sandbox.kind === "missing")
    return `${sandbox.detail} Install bubblewrap 0.8 or newer to run build commands.`;
  if (sandbox.kind === "none")
    return "SANDBOX=none: build commands run without a sandbox, with the worker's own rights.";
  return null;
}
