import { and, eq } from "drizzle-orm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { db, heads, pushes } from "@/db";
import { readKnownHead } from "@/lib/pushes/head";
import { type Observation, type Observed, observeHead } from "@/lib/pushes/observe";
import { useTestDatabase } from "@/lib/testing/database";
import { addSite, deploymentsOf, type Site, sha } from "@/lib/testing/factories";
import { scaled } from "@/lib/testing/scale";

useTestDatabase();

const REF = "refs/heads/main";
const facts = { message: "", author: "", pusher: "" };
const START = sha("start");
const RUNS = scaled(40, 1000);
/** Stories of up to thirty transactions each, on a machine that may be busy. */
const TIMEOUT_MS = scaled(120_000, 1_800_000);

/** What happens: a push at the host, a delivery of push `n` (of those that happened), the two ends of a reading. */
type Happening = { kind: "push" } | { kind: "deliver"; n: number } | { kind: "begin" } | { kind: "end" };
type Reading = { seq: number; commit: string };
type Push = { before: string; after: string };

/** A host whose branch moves through `commits`, and a console that hears of it in whatever order. */
class World {
  private readonly history: Push[] = [];
  private readings: Reading[] = [];
  private isAsking = false;

  constructor(
    private readonly site: Site,
    private readonly commits: readonly string[],
  ) {}

  get truth(): string {
    return this.history.at(-1)?.after ?? START;
  }

  async live(happening: Happening): Promise<void> {
    if (happening.kind === "push") this.push();
    else if (happening.kind === "deliver") await this.deliver(happening.n);
    else if (happening.kind === "begin") this.readings.push(await this.read());
    else await this.endReading();
  }

  /** Every delivery came at last, whoever waits for the provider gets an answer, and the head is read once more. */
  async settle(): Promise<void> {
    while (this.history.length < this.commits.length) this.push();
    for (let n = 0; n < this.history.length; n += 1) await this.deliver(n);
    while (this.readings.length > 0) await this.endReading();
    if (this.isAsking) await this.reconcile();
  }

  async reconcile(): Promise<void> {
    for (let observed: Observed = { kind: "stale" }; observed.kind === "stale"; ) {
      const { seq, commit } = await this.read();
      observed = await this.observe({ commit, ground: { learnedFrom: "reconcile", seq } });
    }
  }

  private push(): void {
    const after = this.commits[this.history.length];
    if (after !== undefined) this.history.push({ before: this.truth, after });
  }

  private async deliver(n: number): Promise<void> {
    const push = this.history[n % Math.max(1, this.history.length)];
    if (!push) return;
    const ground = { learnedFrom: "delivery", before: push.before, isForced: false } as const;
    const observed = await this.observe({ commit: push.after, ground });
    if (observed.kind === "unsure") this.isAsking = true;
  }

  private async read(): Promise<Reading> {
    const { projectId, repositoryId } = this.site;
    const { seq } = await readKnownHead(db(), { projectId, repositoryId, ref: REF });
    return { seq, commit: this.truth };
  }

  /** A reading that ends long after it began: it may tell of the past. */
  private async endReading(): Promise<void> {
    const reading = this.readings.shift();
    if (!reading) return;
    const { seq, commit } = reading;
    const observed = await this.observe({ commit, ground: { learnedFrom: "poll", seq } });
    if (observed.kind === "stale") this.isAsking = true;
  }

  private observe(seen: Pick<Observation, "commit" | "ground">): Promise<Observed> {
    const { projectId, repositoryId } = this.site;
    return db().transaction((tx) => observeHead(tx, { projectId, repositoryId, ref: REF, facts, ...seen }));
  }
}

const happenings = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Happening>({ kind: "push" }) },
    { weight: 4, arbitrary: fc.nat(7).map<Happening>((n) => ({ kind: "deliver", n })) },
    { weight: 2, arbitrary: fc.constant<Happening>({ kind: "begin" }) },
    { weight: 2, arbitrary: fc.constant<Happening>({ kind: "end" }) },
  ),
  { maxLength: 18 },
);

const headOf = async ({ repositoryId }: Site) => {
  const [head] = await db()
    .select()
    .from(heads)
    .where(and(eq(heads.repositoryId, repositoryId), eq(heads.ref, REF)));
  return head;
};

test(
  "however deliveries, repeats and readings interleave: the final head once, no commit twice",
  async () => {
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 6 }), happenings, async (length, story) => {
      const site = await addSite();
      const commits = Array.from({ length }, (_, n) => sha(n));
      const world = new World(site, commits);
      for (const happening of story) await world.live(happening);
      await world.settle();
      const deployed = (await deploymentsOf(site.appId)).map(({ commit, status }) => ({ commit, status }));
      expect(new Set(deployed.map(({ commit }) => commit)).size).toBe(deployed.length);
      expect(deployed.at(-1)).toEqual({ commit: commits.at(-1), status: "queued" });
      expect(deployed.slice(0, -1).every(({ status }) => status === "cancelled")).toBe(true);
      expect((await headOf(site))?.commit).toBe(commits.at(-1));
    });
    await fc.assert(property, { numRuns: RUNS });
  },
  TIMEOUT_MS,
);

test(
  "with force-pushes back and forth too: one deployment for each push, the last one of the true head",
  async () => {
    const back = fc.array(fc.constantFrom(START, sha("b"), sha("c")), { minLength: 1, maxLength: 6 });
    const property = fc.asyncProperty(back, happenings, async (names, story) => {
      const commits = names.filter((name, n) => name !== (names[n - 1] ?? START));
      const site = await addSite();
      const world = new World(site, commits);
      for (const happening of story) await world.live(happening);
      await world.settle();
      // What the worker does before it builds: the head that it fetched takes effect.
      await world.reconcile();
      const rows = await deploymentsOf(site.appId);
      expect(new Set(rows.map(({ pushId }) => pushId)).size).toBe(rows.length);
      const head = await headOf(site);
      expect(head?.commit).toBe(world.truth);
      const seen = await db()
        .select()
        .from(pushes)
        .where(eq(pushes.repositoryId, site.repositoryId))
        .orderBy(pushes.seq);
      expect(rows.map(({ pushId }) => pushId)).toEqual(seen.map(({ id }) => id));
      expect(seen.every((push, n) => push.before === (seen[n - 1]?.commit ?? START))).toBe(true);
      if (seen.length > 0) expect(rows.at(-1)).toMatchObject({ commit: world.truth, status: "queued" });
    });
    await fc.assert(property, { numRuns: RUNS });
  },
  TIMEOUT_MS,
);
