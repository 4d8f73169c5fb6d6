import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { dataKeys, db, newId, projects } from "@/db";
import { loadInstanceContext } from "@/lib/access";
import { getKeys } from "@/lib/instances";
import { Secret } from "@/lib/secret";
import { useTestDatabase } from "@/lib/testing/database";
import { addUser, sessionOf } from "@/lib/testing/people";
import {
  auditKey,
  ensureProjectKey,
  installMasterKey,
  keyedFingerprint,
  rotateDataKey,
  rotateMasterKey,
} from "@/lib/vault";

const database = useTestDatabase();

test("keys are shown by what depends on each master key: the current one, one before, and one that is missing; never a key", async () => {
  const admin = loadInstanceContext(sessionOf(await addUser({ isInstanceAdmin: true })));
  const ids = [newId("prj"), newId("prj")];
  for (const id of ids) {
    await db().insert(projects).values({ id, name: "lighthouse" });
    await ensureProjectKey(db(), id);
  }
  await auditKey(db());
  await db().transaction((tx) => rotateDataKey(tx, ids[0] ?? ""));
  expect(await getKeys(admin)).toMatchObject({
    source: "file",
    retired: 1,
    masterKeys: [{ isCurrent: true, isKnown: true, projectKeys: 3, ownKeys: ["audit"] }],
  });

  const file = join(database.dataDir(), "next");
  const next = Buffer.alloc(32, "a new key of this test, at random").toString("base64");
  writeFileSync(file, next);
  const old = readFileSync(join(database.dataDir(), "master.key"), "utf8").trim();
  installMasterKey(file);
  await rotateMasterKey();
  const lost = "0123456789abcdef";
  await db()
    .update(dataKeys)
    .set({ masterFingerprint: lost })
    .where(eq(dataKeys.projectId, ids[1] ?? ""));
  const keys = await getKeys(admin);
  expect(keys.masterKeys).toMatchObject([
    { isCurrent: true, isKnown: true, projectKeys: 2, ownKeys: ["audit"] },
    { isCurrent: false, isKnown: true, projectKeys: 0, ownKeys: [] },
    { fingerprint: lost, isCurrent: false, isKnown: false, projectKeys: 1 },
  ]);
  for (const key of [next, old]) expect(JSON.stringify(keys)).not.toContain(key);
  expect(await keyedFingerprint(db(), new Secret("anything"), "label")).toMatch(/^[0-9a-f]{12}$/);
});
