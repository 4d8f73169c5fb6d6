import { and, asc, eq, gt, sql } from "drizzle-orm";
import { auditEvents, auditHeads, type Database, db, projects } from "@/db";
import { GENESIS, headHash, type Link, linkHash } from "@/lib/audit/chain";
import type { JsonObject } from "@/lib/audit/facts";
import { auditKey } from "@/lib/vault";

/** What is wrong with a chain, at the first row where it shows. */
export type ChainProblem = {
  chain: string;
  seq: number;
  /** The row that was found there, when there is one. */
  id: string | null;
  problem: "edited" | "removed" | "reordered" | "tail_cut" | "head_altered" | "head_missing" | "key_missing";
  sentence: string;
};

export type Verification = { chains: number; events: number; problems: ChainProblem[] };

type Row = Link & { hash: string; isWholeMilliseconds: boolean };
type State = { seq: number; hash: string; head: string };

const PAGE = 500;

/** Walks one chain, or every chain, from its first row. Each chain that is not whole gives its first problem. */
export async function verifyChain(chain?: string): Promise<Verification> {
  const names = chain === undefined ? await chainNames() : [chain];
  const result: Verification = { chains: names.length, events: 0, problems: [] };
  for (const name of names) {
    const { events, problem } = await walk(name);
    result.events += events;
    if (problem) result.problems.push(problem);
  }
  return result;
}

/** Every chain there is, and every one that there must be: a project's begins with the project. */
async function chainNames(): Promise<string[]> {
  const rows = await db().execute<{ chain: string }>(
    sql`select chain from ${auditHeads} union select chain from ${auditEvents}
      union select id from ${projects} order by chain`,
  );
  return rows.rows.map((row) => row.chain);
}

// One snapshot for the head and all pages, so that events recorded meanwhile look like no damage.
const walk = (chain: string): Promise<{ events: number; problem: ChainProblem | null }> =>
  db().transaction((tx) => walkIn(tx, chain), { isolationLevel: "repeatable read", accessMode: "read only" });

async function walkIn(tx: Pick<Database, "select">, chain: string) {
  const [head] = await tx.select().from(auditHeads).where(eq(auditHeads.chain, chain));
  const state: State = { seq: 0, hash: GENESIS, head: GENESIS };
  if (!head) return { events: 0, problem: problem(chain, 0, null, "head_missing") };
  const key = await auditKey(tx as Database, head.keyId).then(
    (found) => found.key,
    () => null,
  );
  if (!key) return { events: 0, problem: problem(chain, 0, null, "key_missing") };
  for (;;) {
    const rows = await page(tx, chain, state.seq);
    for (const row of rows) {
      const wrong = check(state, row, linkHash(key, row));
      if (wrong) return { events: state.seq, problem: problem(chain, wrong.seq, row.id, wrong.kind) };
      state.seq = row.seq;
      state.hash = row.hash;
      state.head = headHash(key, state.head, row.seq, row.hash);
    }
    if (rows.length < PAGE) break;
  }
  return { events: state.seq, problem: checkHead(chain, state, head) };
}

const page = (tx: Pick<Database, "select">, chain: string, after: number): Promise<Row[]> =>
  tx
    .select({
      id: auditEvents.id,
      chain: auditEvents.chain,
      seq: auditEvents.seq,
      at: auditEvents.at,
      actorKind: auditEvents.actorKind,
      actorId: auditEvents.actorId,
      actorName: auditEvents.actorName,
      address: auditEvents.address,
      event: auditEvents.event,
      subjectId: auditEvents.subjectId,
      subjectName: auditEvents.subjectName,
      facts: sql<JsonObject>`${auditEvents.facts}`,
      previousHash: auditEvents.previousHash,
      hash: auditEvents.hash,
      // The hash covers milliseconds, which is what we write; the column could hold more.
      isWholeMilliseconds: sql<boolean>`date_trunc('milliseconds', ${auditEvents.at}) = ${auditEvents.at}`,
    })
    .from(auditEvents)
    .where(and(eq(auditEvents.chain, chain), gt(auditEvents.seq, after)))
    .orderBy(asc(auditEvents.seq))
    .limit(PAGE);

function check(
  state: State,
  row: Row,
  expected: string,
): { seq: number; kind: ChainProblem["problem"] } | null {
  const seq = state.seq + 1;
  if (row.hash !== expected || !row.isWholeMilliseconds)
    return { seq: row.seq, kind: row.seq === seq ? "edited" : "removed" };
  if (row.seq !== seq) return { seq, kind: "removed" };
  return row.previousHash === state.hash ? null : { seq: row.seq, kind: "reordered" };
}

function checkHead(chain: string, state: State, head: { seq: number; hash: string }): ChainProblem | null {
  if (head.seq > state.seq) return problem(chain, state.seq + 1, null, "tail_cut");
  if (head.seq < state.seq || head.hash !== state.head)
    return problem(chain, state.seq, null, "head_altered");
  return null;
}

const SENTENCES: Record<ChainProblem["problem"], (seq: number) => string> = {
  edited: (seq) => `Event ${seq} was edited after it was recorded.`,
  removed: (seq) => `Event ${seq} was removed, or its number was changed.`,
  reordered: (seq) => `Event ${seq} does not follow the one before it: events were replaced or reordered.`,
  tail_cut: (seq) => `Event ${seq} and everything after it was removed.`,
  head_altered: (seq) => `The chain was cut off after event ${seq}, or its head was altered.`,
  head_missing: () => "This chain was removed, or its head was.",
  key_missing: () => "The key of this chain is gone or was exchanged.",
};

const problem = (
  chain: string,
  seq: number,
  id: string | null,
  kind: ChainProblem["problem"],
): ChainProblem => ({
  chain,
  seq,
  id,
  problem: kind,
  sentence: SENTENCES[kind](seq),
});
