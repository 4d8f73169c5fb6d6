import { eq, sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { auditEvents, auditHeads, db, newId, pool, projects, type Transaction } from "@/db";
import type { Actor } from "@/lib/access";
import { listEvents } from "@/lib/audit/list";
import { type AuditEvent, record } from "@/lib/audit/record";
import { verifyChain } from "@/lib/audit/verify";
import { redactor } from "@/lib/redact";
import { Secret } from "@/lib/secret";
import { useTestDatabase } from "@/lib/testing/database";

useTestDatabase();

const ada: Actor = { kind: "user", id: "usr_1", name: "Ada", address: "203.0.113.9" };
let chain: string;

beforeEach(() => {
  chain = newId("prj");
});

const write = (event: Partial<AuditEvent> = {}, actor = ada) =>
  db().transaction((tx) => record(tx, actor, { chain, event: "app.created", ...event }));

async function writeMany(count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1)
    await write({ facts: { number }, subjectId: `app_${number}` });
}

/** As somebody who owns the database would: past the triggers. */
const meddle = (statement: (tx: Transaction) => Promise<unknown>) =>
  db().transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    await statement(tx);
  });

const at = (seq: number) => sql`chain = ${chain} and seq = ${seq}`;
const problems = async () => (await verifyChain(chain)).problems;

describe("recording", () => {
  test("keeps who, what, when, whence and why, newest first", async () => {
    await write({ event: "app.created", subjectId: "app_1", subjectName: "shop", facts: { branch: "main" } });
    await write(
      { event: "integration.connected" },
      { kind: "worker", id: null, name: "worker-1", address: null },
    );
    const [second, first] = await listEvents(chain, { limit: 10 });
    expect(first).toMatchObject({
      seq: 1,
      actorKind: "user",
      actorId: "usr_1",
      actorName: "Ada",
      address: "203.0.113.9",
      event: "app.created",
      subjectId: "app_1",
      subjectName: "shop",
      facts: { branch: "main" },
    });
    expect(second).toMatchObject({
      seq: 2,
      actorKind: "worker",
      actorId: null,
      event: "integration.connected",
      facts: {},
    });
    expect(Math.abs(Date.now() - (first?.at.getTime() ?? 0))).toBeLessThan(60_000);
    expect(await listEvents(chain, { before: 2 })).toEqual([first]);
    expect(await listEvents(chain, { limit: 1 })).toEqual([second]);
  });

  test("is undone with the change that it belongs to", async () => {
    await writeMany(1);
    const undone = db().transaction(async (tx) => {
      await record(tx, ada, { chain, event: "app.deleted" });
      throw new Error("rolled back");
    });
    await expect(undone).rejects.toThrow("rolled back");
    expect(await listEvents(chain)).toHaveLength(1);
    await write();
    expect(await verifyChain(chain)).toEqual({ chains: 1, events: 2, problems: [] });
  });

  test("that fails takes the change with it", async () => {
    const id = newId("usr");
    const change = db().transaction(async (tx) => {
      await tx.execute(
        sql`insert into users (id, email, name) values (${id}, ${`${id}@example.com`}, 'Ada')`,
      );
      await record(tx, ada, {
        chain,
        event: "user.created",
        facts: { token: new Secret("gho_0123456789abcdefghij") },
      });
    });
    await expect(change).rejects.toThrow("plain data only");
    const { rows } = await pool().query("select 1 from users where id = $1", [id]);
    expect(rows).toEqual([]);
  });

  test("by many at the same moment gives one unbroken chain, from its first row on", async () => {
    await Promise.all(Array.from({ length: 40 }, (_, number) => write({ facts: { number } })));
    expect(await verifyChain(chain)).toEqual({ chains: 1, events: 40, problems: [] });
    const seqs = (await listEvents(chain)).map((event) => event.seq);
    expect(seqs).toEqual(Array.from({ length: 40 }, (_, index) => 40 - index));
  });

  test("of several events in one transaction, in several chains, keeps each whole", async () => {
    const other = newId("prj");
    await db().transaction(async (tx) => {
      await record(tx, ada, { chain, event: "app.created" });
      await record(tx, ada, { chain, event: "app.renamed" });
      await record(tx, ada, { chain: other, event: "app.created" });
    });
    expect((await verifyChain(chain)).events).toBe(2);
    expect((await verifyChain(other)).events).toBe(1);
  });

  test("takes odd names as they can be kept", async () => {
    await write({
      subjectName: "nul\0 half\ud800",
      facts: { ключ: "значение 🔑", list: [1e21, 0.1, -0, true, null] },
    });
    const [event] = await listEvents(chain);
    expect(event?.subjectName).toBe("nul\ufffd half\ufffd");
    expect(await problems()).toEqual([]);
  });

  test("cannot be taken back by the database's own user: no update, no delete, no truncate", async () => {
    await writeMany(1);
    const refused = (statement: string) =>
      expect(pool().query(statement)).rejects.toThrow("audit events are append-only");
    await refused("update audit_events set event = 'x'");
    await refused("delete from audit_events");
    await refused("truncate audit_events");
  });
});

describe("verifying a chain", () => {
  test("finds nothing in one that is whole, however long", async () => {
    await db().transaction(async (tx) => {
      for (let number = 0; number < 503; number += 1)
        await record(tx, ada, { chain, event: "app.created", facts: { number } });
    });
    expect(await verifyChain(chain)).toEqual({ chains: 1, events: 503, problems: [] });
  });

  test.each([
    ["event", sql`event = 'app.deleted'`],
    ["actor", sql`actor_id = 'usr_2'`],
    ["actor's kind", sql`actor_kind = 'system'`],
    ["actor's name", sql`actor_name = 'Eve'`],
    ["address", sql`address = null`],
    ["subject", sql`subject_id = null`],
    ["subject's name", sql`subject_name = 'x'`],
    ["facts", sql`facts = '{"number": 3}'`],
    ["facts, by one more", sql`facts = facts || '{"more": 1}'`],
    ["time", sql`at = at + interval '1 millisecond'`],
    ["time, by less than we write", sql`at = at + interval '1 microsecond'`],
    ["id", sql`id = 'aud_x'`],
    ["hash", sql`hash = 'x'`],
    ["link to the row before", sql`previous_hash = 'x'`],
  ])("names the first row whose %s was edited", async (_what, change) => {
    await writeMany(4);
    await meddle((tx) => tx.execute(sql`update audit_events set ${change} where ${at(2)}`));
    await meddle((tx) => tx.execute(sql`update audit_events set event = 'x' where ${at(4)}`));
    expect(await problems()).toEqual([
      expect.objectContaining({
        chain,
        seq: 2,
        problem: "edited",
        sentence: expect.stringContaining("Event 2 was edited"),
      }),
    ]);
  });

  test.each([1, 2, 3])("names row %i when it was removed", async (seq) => {
    await writeMany(4);
    await meddle((tx) => tx.execute(sql`delete from audit_events where ${at(seq)}`));
    expect(await problems()).toMatchObject([{ seq, problem: "removed" }]);
  });

  test("names the first of two rows that changed places", async () => {
    await writeMany(4);
    await meddle(async (tx) => {
      await tx.execute(sql`update audit_events set seq = 99 where ${at(2)}`);
      await tx.execute(sql`update audit_events set seq = 2 where ${at(3)}`);
      await tx.execute(sql`update audit_events set seq = 3 where ${at(99)}`);
    });
    expect(await problems()).toMatchObject([{ seq: 2, problem: "edited" }]);
  });

  test("names the row after which another history was put", async () => {
    await writeMany(2);
    const saved = await db().select().from(auditEvents).where(eq(auditEvents.chain, chain));
    const [head] = await db().select().from(auditHeads).where(eq(auditHeads.chain, chain));
    await writeMany(2);
    // Back to an older state of everything, then on: the rows are authentic, but not these after those.
    const third = await db().select().from(auditEvents).where(at(3));
    await meddle((tx) => tx.execute(sql`delete from audit_events where chain = ${chain} and seq > 2`));
    await db()
      .update(auditHeads)
      .set({ seq: 2, hash: head?.hash ?? "" })
      .where(eq(auditHeads.chain, chain));
    await write({ event: "app.renamed" });
    await write();
    await meddle(async (tx) => {
      await tx.execute(sql`delete from audit_events where ${at(3)}`);
      await tx.insert(auditEvents).values(third);
    });
    expect(saved).toHaveLength(2);
    expect(await problems()).toMatchObject([{ seq: 4, problem: "reordered" }]);
  });

  test.each([1, 2, 4])("notices that the last %i rows were cut off", async (count) => {
    await writeMany(4);
    await meddle((tx) =>
      tx.execute(sql`delete from audit_events where chain = ${chain} and seq > ${4 - count}`),
    );
    expect(await problems()).toMatchObject([{ seq: 5 - count, problem: "tail_cut" }]);
  });

  test("notices a cut also when the head was made to fit, in any way that needs no key", async () => {
    await writeMany(4);
    const [last] = await db().select().from(auditEvents).where(at(4));
    const [third] = await db().select().from(auditEvents).where(at(3));
    await meddle((tx) => tx.execute(sql`delete from audit_events where ${at(4)}`));
    for (const hash of [last?.previousHash, third?.hash, third?.previousHash, last?.hash, ""]) {
      await db()
        .update(auditHeads)
        .set({ seq: 3, hash: hash ?? "" })
        .where(eq(auditHeads.chain, chain));
      expect(await problems()).toMatchObject([{ seq: 3, problem: "head_altered" }]);
    }
  });

  test("still notices it after more was recorded: a forged head stays wrong", async () => {
    await writeMany(4);
    const [last] = await db().select().from(auditEvents).where(at(4));
    await meddle((tx) => tx.execute(sql`delete from audit_events where ${at(4)}`));
    await db()
      .update(auditHeads)
      .set({ seq: 3, hash: last?.previousHash ?? "" })
      .where(eq(auditHeads.chain, chain));
    await writeMany(2);
    expect(await problems()).toMatchObject([{ seq: 5, problem: "head_altered" }]);
  });

  test("notices a head that is gone, a key that was exchanged, and rows of another chain", async () => {
    await writeMany(2);
    const [head] = await db().select().from(auditHeads).where(eq(auditHeads.chain, chain));
    await db()
      .update(auditHeads)
      .set({ keyId: newId("dek") })
      .where(eq(auditHeads.chain, chain));
    expect(await problems()).toMatchObject([{ problem: "key_missing" }]);
    await db().delete(auditHeads).where(eq(auditHeads.chain, chain));
    expect(await problems()).toMatchObject([{ problem: "head_missing" }]);
    const other = newId("prj");
    await meddle((tx) => tx.execute(sql`update audit_events set chain = ${other} where chain = ${chain}`));
    await db()
      .insert(auditHeads)
      .values({ chain: other, seq: 2, hash: head?.hash ?? "", keyId: head?.keyId ?? "" });
    expect((await verifyChain(other)).problems).toMatchObject([{ seq: 1, problem: "edited" }]);
  });

  test("is not disturbed by what is recorded meanwhile", async () => {
    await writeMany(3);
    let isDone = false;
    const writing = (async () => {
      while (!isDone) await write();
    })();
    for (let count = 0; count < 20; count += 1) expect(await problems()).toEqual([]);
    isDone = true;
    await writing;
  });

  test("finds nothing in a row that this process would write differently now", async () => {
    const name = `lighthouse-${newId("app")}`;
    await write({ subjectName: name, facts: { name } });
    const known = new Secret(name);
    redactor.add(known);
    expect(await problems()).toEqual([]);
    redactor.remove(known);
  });

  test("misses the chain of a project that lost it altogether", async () => {
    await db().insert(projects).values({ id: chain, name: "lighthouse" });
    await writeMany(2);
    expect((await verifyChain()).problems.filter((problem) => problem.chain === chain)).toEqual([]);
    await meddle((tx) => tx.execute(sql`delete from audit_events where chain = ${chain}`));
    await db().delete(auditHeads).where(eq(auditHeads.chain, chain));
    expect((await verifyChain()).problems.filter((problem) => problem.chain === chain)).toMatchObject([
      { seq: 0, problem: "head_missing" },
    ]);
  });

  test("of everything looks at every chain, the broken ones included", async () => {
    await writeMany(1);
    const before = await verifyChain();
    const whole = newId("prj");
    await write({ chain: whole });
    await meddle((tx) => tx.execute(sql`delete from audit_events where ${at(1)}`));
    const after = await verifyChain();
    expect(after.chains).toBe(before.chains + 1);
    expect(after.problems).toHaveLength(before.problems.length + 1);
    expect(after.problems.map((problem) => problem.chain)).toContain(chain);
  });
});
