import { eq, ne, sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { dataKeys, db, newId, projects } from "@/db";
import { Secret } from "@/lib/secret";
import { useTestDatabase } from "@/lib/testing/database";
import { newKeyring, newMasterKey } from "@/lib/testing/keyrings";
import { keyStatus } from "@/lib/vault/key-status";
import type { Place } from "@/lib/vault/place";
import { rotateMasterKey } from "@/lib/vault/rotate";
import { openWith, sealWith } from "@/lib/vault/seal";
import { ensureSystemKeys } from "@/lib/vault/system-keys";
import type { KeyWrapper } from "@/lib/vault/wrapper";

useTestDatabase();

const PROJECTS = 12;
const old = newMasterKey();
const next = newMasterKey();
let sealed: { place: Place; text: string }[];

beforeEach(async () => {
  await db().delete(dataKeys);
  const ring = newKeyring(old);
  await ensureSystemKeys(db(), ring);
  sealed = [];
  for (let count = 0; count < PROJECTS; count += 1) {
    const place = await newPlace();
    sealed.push({ place, text: await sealWith(ring, db(), place, secretOf(place)) });
  }
});

async function newPlace(): Promise<Place> {
  const id = newId("prj");
  await db().insert(projects).values({ id, name: "lighthouse" });
  return { projectId: id, table: "t", rowId: "r", field: "f", origin: "", generation: 1 };
}

const secretOf = (place: Place) => new Secret(`secret of ${place.projectId}`);
const left = async () =>
  (await db().select().from(dataKeys).where(ne(dataKeys.masterFingerprint, next.fingerprint))).length;

async function expectAllOpen(ring = newKeyring(next)): Promise<void> {
  for (const { place, text } of sealed) {
    expect((await openWith(ring, db(), place, text)).reveal()).toBe(secretOf(place).reveal());
  }
}

describe("a rotation of the master key", () => {
  test("wraps every data key anew; nothing that was sealed changes, and the old key opens nothing any more", async () => {
    const rotation = await rotateMasterKey(db(), newKeyring(next, old).wrapper);
    expect(rotation).toEqual({ fingerprint: next.fingerprint, rewrapped: PROJECTS + 3, failed: [] });
    await expectAllOpen();
    const [first] = sealed;
    if (!first) throw new Error("nothing was sealed");
    await expect(openWith(newKeyring(old), db(), first.place, first.text)).rejects.toMatchObject({
      code: "key_unavailable",
    });
    expect(await keyStatus(db(), newKeyring(next, old))).toMatchObject({
      current: next.fingerprint,
      masterKeys: [
        { fingerprint: next.fingerprint, dataKeys: PROJECTS + 3, isKnown: true },
        { fingerprint: old.fingerprint, dataKeys: 0, isKnown: true },
      ],
    });
  });

  test.each(["before unwrapping", "before storing"] as const)(
    "that ends %s a key, whichever, leaves everything readable, and is finished by the next one",
    async (moment) => {
      for (let remaining = PROJECTS + 3; remaining > 1; remaining -= 1) {
        const ending = endingAt(1, moment, newKeyring(next, old).wrapper);
        await expect(rotateMasterKey(db(), ending)).rejects.toThrow("power cut");
        expect(await left()).toBe(remaining - 1);
        await expectAllOpen(newKeyring(next, old));
      }
      expect(await rotateMasterKey(db(), newKeyring(next, old).wrapper)).toMatchObject({ failed: [] });
      await expectAllOpen();
    },
  );

  test("is done once by several that run at the same moment", async () => {
    const rotations = await Promise.all(
      Array.from({ length: 4 }, () => rotateMasterKey(db(), newKeyring(next, old).wrapper)),
    );
    expect(rotations.reduce((sum, rotation) => sum + rotation.rewrapped, 0)).toBe(PROJECTS + 3);
    expect(rotations.flatMap((rotation) => rotation.failed)).toEqual([]);
    await expectAllOpen();
  });

  test("goes on while others open and seal", async () => {
    const reader = newKeyring(next, old);
    let isDone = false;
    const reading = (async () => {
      while (!isDone) {
        await expectAllOpen(newKeyring(old, next));
        const place = await newPlace();
        sealed.push({
          place,
          text: await db().transaction((tx) => sealWith(reader, tx, place, secretOf(place))),
        });
      }
    })();
    await rotateMasterKey(db(), newKeyring(next, old).wrapper);
    isDone = true;
    await reading;
    expect(await left()).toBe(0);
    await expectAllOpen();
  });

  test("takes up a key that was made under the old master key while it was running", async () => {
    const place = await newPlace();
    const { wrapper } = newKeyring(next, old);
    let isFirst = true;
    const interrupted: KeyWrapper = {
      ...wrapper,
      wrap: async (key, context) => {
        if (isFirst) {
          isFirst = false;
          sealed.push({ place, text: await sealWith(newKeyring(old), db(), place, secretOf(place)) });
        }
        return wrapper.wrap(key, context);
      },
    };
    await rotateMasterKey(db(), interrupted);
    expect(await left()).toBe(0);
    await expectAllOpen();
  });

  test("leaves a key that does not open as it is, names it, and does the others", async () => {
    const [first] = sealed;
    const projectId = first?.place.projectId ?? "";
    await db()
      .update(dataKeys)
      .set({ wrapped: sql`(select wrapped from data_keys where purpose = 'session')` })
      .where(eq(dataKeys.projectId, projectId));
    const [broken] = await db()
      .select({ id: dataKeys.id })
      .from(dataKeys)
      .where(eq(dataKeys.projectId, projectId));
    const rotation = await rotateMasterKey(db(), newKeyring(next, old).wrapper);
    expect(rotation).toMatchObject({ rewrapped: PROJECTS + 2, failed: [broken?.id] });
    sealed.shift();
    await expectAllOpen();
  });

  test("without the old key changes nothing", async () => {
    const rotation = await rotateMasterKey(db(), newKeyring(next).wrapper);
    expect(rotation.rewrapped).toBe(0);
    expect(rotation.failed).toHaveLength(PROJECTS + 3);
    await expectAllOpen(newKeyring(old));
  });
});

/** A wrapper whose process ends at a key, after having done so many. */
function endingAt(
  count: number,
  moment: "before unwrapping" | "before storing",
  wrapper: KeyWrapper,
): KeyWrapper {
  let done = 0;
  return {
    ...wrapper,
    unwrap: async (wrapped, context) => {
      if (moment === "before unwrapping" && done === count) throw new Error("power cut");
      return wrapper.unwrap(wrapped, context);
    },
    wrap: async (key, context) => {
      const wrapped = await wrapper.wrap(key, context);
      if (moment === "before storing" && done === count) throw new Error("power cut");
      done += 1;
      return wrapped;
    },
  };
}
