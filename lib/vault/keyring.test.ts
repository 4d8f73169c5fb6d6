import { and, eq, isNull } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { type Database, dataKeys, db, newId, pool, projects, type Transaction } from "@/db";
import { Secret } from "@/lib/secret";
import { useTestDatabase } from "@/lib/testing/database";
import { newKeyring, newMasterKey } from "@/lib/testing/keyrings";
import { keyring } from "@/lib/vault/default-keyring";
import type { Place } from "@/lib/vault/place";
import { rotateDataKey } from "@/lib/vault/rotate-data-key";
import { openWith, sealWith } from "@/lib/vault/seal";

useTestDatabase();

const master = newMasterKey();
const secret = new Secret("gho_0123456789abcdefghij");

async function newProject(executor: Database | Transaction = db()): Promise<string> {
  const id = newId("prj");
  await executor.insert(projects).values({ id, name: "lighthouse" });
  return id;
}

const placeIn = (projectId: string): Place => ({
  projectId,
  table: "credentials",
  rowId: "crd_1",
  field: "access_token",
  origin: "https://github.com",
  generation: 1,
});

const keysOf = (projectId: string) =>
  db().select({ id: dataKeys.id }).from(dataKeys).where(eq(dataKeys.projectId, projectId));

describe("a project's data key", () => {
  test("is made once by any number of first seals at the same moment, in several processes", async () => {
    const place = placeIn(await newProject());
    const rings = Array.from({ length: 5 }, () => newKeyring(master));
    const sealed = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const ring = rings[index % rings.length] ?? newKeyring(master);
        return index % 2 === 0
          ? sealWith(ring, db(), place, secret)
          : db().transaction((tx) => sealWith(ring, tx, place, secret));
      }),
    );
    expect(await keysOf(place.projectId ?? "")).toHaveLength(1);
    for (const text of sealed) {
      expect((await openWith(newKeyring(master), db(), place, text)).reveal()).toBe(secret.reveal());
    }
  });

  test("can be made in the transaction that makes the project, while that holds every lock on it", async () => {
    const ring = newKeyring(master);
    const { place, sealed } = await db().transaction(async (tx) => {
      const projectId = await newProject(tx);
      await tx.select().from(projects).where(eq(projects.id, projectId)).for("update");
      const at = placeIn(projectId);
      return { place: at, sealed: await sealWith(ring, tx, at, secret) };
    });
    expect((await openWith(ring, db(), place, sealed)).reveal()).toBe(secret.reveal());
  });

  test("needs no second connection: as many transactions as the pool is large seal and open at once", async () => {
    const size = pool().options.max ?? 10;
    const ring = newKeyring(master);
    const places = await Promise.all(Array.from({ length: size }, async () => placeIn(await newProject())));
    const opened = places.map((place) =>
      db().transaction(async (tx) => {
        const sealed = await sealWith(ring, tx, place, secret);
        return (await openWith(ring, tx, place, sealed)).reveal();
      }),
    );
    expect(new Set(await Promise.all(opened))).toEqual(new Set([secret.reveal()]));
  });

  test("that was rolled back is not remembered", async () => {
    const ring = newKeyring(master);
    const place = placeIn(await newProject());
    let lost = "";
    const rollback = db().transaction(async (tx) => {
      lost = await sealWith(ring, tx, place, secret);
      expect((await openWith(ring, tx, place, lost)).reveal()).toBe(secret.reveal());
      // Read again in the same transaction, and in a savepoint: still not committed.
      await tx.transaction((inner) => sealWith(ring, inner, place, secret));
      throw new Error("rolled back");
    });
    await expect(rollback).rejects.toThrow("rolled back");
    await expect(openWith(ring, db(), place, lost)).rejects.toMatchObject({ code: "unknown_key" });
    const sealed = await sealWith(ring, db(), place, secret);
    expect((await openWith(newKeyring(master), db(), place, sealed)).reveal()).toBe(secret.reveal());
  });

  test("that lost its race to a transaction which then rolls back is made after all", async () => {
    const place = placeIn(await newProject());
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let started: () => void = () => undefined;
    const hasStarted = new Promise<void>((resolve) => {
      started = resolve;
    });
    const first = db().transaction(async (tx) => {
      await sealWith(newKeyring(master), tx, place, secret);
      started();
      await held;
      throw new Error("rolled back");
    });
    await hasStarted;
    const second = db().transaction((tx) => sealWith(newKeyring(master), tx, place, secret));
    finish();
    await expect(first).rejects.toThrow("rolled back");
    expect((await openWith(newKeyring(master), db(), place, await second)).reveal()).toBe(secret.reveal());
    expect(await keysOf(place.projectId ?? "")).toHaveLength(1);
  });

  test("is unwrapped once: a value opens again without asking the database", async () => {
    const place = placeIn(await newProject());
    const ring = newKeyring(master);
    const sealed = await sealWith(ring, db(), place, secret);
    await db()
      .delete(dataKeys)
      .where(eq(dataKeys.projectId, place.projectId ?? ""));
    expect((await openWith(ring, db(), place, sealed)).reveal()).toBe(secret.reveal());
    await expect(openWith(newKeyring(master), db(), place, sealed)).rejects.toMatchObject({
      code: "unknown_key",
    });
  });

  test("goes with its project", async () => {
    const place = placeIn(await newProject());
    await sealWith(newKeyring(master), db(), place, secret);
    await db()
      .delete(projects)
      .where(eq(projects.id, place.projectId ?? ""));
    expect(await keysOf(place.projectId ?? "")).toEqual([]);
  });

  test("is not made for a project that does not exist", async () => {
    await expect(sealWith(newKeyring(master), db(), placeIn(newId("prj")), secret)).rejects.toThrow();
  });
});

describe("a project's next data key", () => {
  test("seals from then on, in every process, while the one before still opens", async () => {
    const place = placeIn(await newProject());
    const ring = keyring();
    const before = await sealWith(ring, db(), place, secret);
    const { dataKeyId } = await db().transaction((tx) => rotateDataKey(tx, place.projectId ?? ""));
    const after = await sealWith(ring, db(), place, secret);
    expect(before).not.toContain(dataKeyId);
    expect(after).toContain(dataKeyId);
    for (const sealed of [before, after]) {
      expect((await openWith(ring, db(), place, sealed)).reveal()).toBe(secret.reveal());
    }
    const rows = await db()
      .select({ version: dataKeys.version, retiredAt: dataKeys.retiredAt })
      .from(dataKeys)
      .where(eq(dataKeys.projectId, place.projectId ?? ""))
      .orderBy(dataKeys.version);
    expect(rows).toEqual([
      { version: 1, retiredAt: expect.any(Date) },
      { version: 2, retiredAt: null },
    ]);
  });

  test("waits for a transaction that is sealing with the one before, so that nothing sealed with it is missed", async () => {
    const place = placeIn(await newProject());
    const projectId = place.projectId ?? "";
    await sealWith(keyring(), db(), place, secret);
    const order: string[] = [];
    let rotation: Promise<unknown> = Promise.resolve();
    await db().transaction(async (tx) => {
      await sealWith(keyring(), tx, place, secret);
      rotation = db()
        .transaction((other) => rotateDataKey(other, projectId))
        .then(() => order.push("rotated"));
      await waitForBlocked();
      order.push("sealed");
    });
    await rotation;
    expect(order).toEqual(["sealed", "rotated"]);
  });

  test("is one, whoever rotates at the same moment", async () => {
    const projectId = await newProject();
    await sealWith(keyring(), db(), placeIn(projectId), secret);
    await Promise.all(
      Array.from({ length: 6 }, () => db().transaction((tx) => rotateDataKey(tx, projectId))),
    );
    const current = await db()
      .select({ id: dataKeys.id })
      .from(dataKeys)
      .where(and(eq(dataKeys.projectId, projectId), isNull(dataKeys.retiredAt)));
    expect(current).toHaveLength(1);
  });
});

/** Until another connection waits for a lock. */
async function waitForBlocked(): Promise<void> {
  await expect
    .poll(
      async () => {
        const { rows } = await pool().query(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        return rows.length;
      },
      { timeout: 10_000, interval: 20 },
    )
    .toBeGreaterThan(0);
}
