import { and, eq, isNull, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { auditEvents, cleanups, credentials, dataKeys, db, hooks, pendingGrants } from "@/db";
import { systemActor } from "@/lib/access";
import { withCredential } from "@/lib/credentials";
import { openCleanupCopy, openCleanupRefresh } from "@/lib/credentials/cleanup-token";
import { openTokens } from "@/lib/integrations/authorization/grant-token";
import { listProjectIds, rotateProjectData } from "@/lib/projects";
import { tokenOf } from "@/lib/providers";
import { openHookSecrets } from "@/lib/sources";
import { useTestDatabase } from "@/lib/testing/database";
import type { Site } from "@/lib/testing/factories";
import {
  addSealedInstance,
  addSealedProject,
  type SealedProject,
  storeTokens,
} from "@/lib/testing/sealed-project";
import { dropUnusedKeys } from "@/lib/vault";
import { sealedColumns } from "@/lib/vault/retired-keys";

useTestDatabase();

let instanceId: string;

beforeAll(async () => {
  instanceId = await addSealedInstance();
});

const scene = () => addSealedProject(instanceId);

const accessOf = ({ projectId, integrationId }: Site) =>
  withCredential(
    { projectId, integrationId, purpose: "test", actor: systemActor("test"), record: false },
    async (grant) => tokenOf(grant).reveal(),
  );

/** Everything that the project's secrets say, opened. */
async function openAll(it: SealedProject) {
  const [cleanup] = await db().select().from(cleanups).where(eq(cleanups.projectId, it.projectId));
  const [grant] = await db().select().from(pendingGrants).where(eq(pendingGrants.projectId, it.projectId));
  if (!cleanup || !grant) throw new Error("rows are gone");
  return {
    access: await accessOf(it),
    hook: (await openHookSecrets(it.hookId))?.secrets.map((secret) => secret.reveal()),
    cleanup: (await openCleanupCopy(cleanup))?.token.reveal(),
    cleanupRefresh: (await openCleanupRefresh(cleanup))?.reveal(),
    grant: (await openTokens(db(), grant)).refreshToken?.reveal(),
  };
}
const opened = (it: SealedProject, name = "first") => ({
  access: `access ${name}`,
  hook: [it.hookSecret],
  cleanup: "a token to revoke",
  cleanupRefresh: "a refresh token to spend",
  grant: "refresh waiting",
});

const keysOf = (projectId: string) =>
  db().select().from(dataKeys).where(eq(dataKeys.projectId, projectId)).orderBy(dataKeys.version);
const currentKey = async (projectId: string) =>
  (await keysOf(projectId)).find(({ retiredAt }) => retiredAt === null)?.id ?? "";

/** The data keys that the project's sealed columns name, whichever columns there are. */
async function namedKeys(projectId: string): Promise<string[]> {
  const named = new Set<string>();
  for (const { table, column } of await sealedColumns(db())) {
    const { rows } = await db().execute<{ key: string }>(
      sql`select distinct split_part(${sql.identifier(column)}, '.', 2) as key from ${sql.identifier(table)}
        where project_id = ${projectId} and ${sql.identifier(column)} is not null`,
    );
    for (const { key } of rows) named.add(key);
  }
  return [...named];
}

const ageKeys = (projectId: string) =>
  db()
    .update(dataKeys)
    .set({ retiredAt: sql`${dataKeys.retiredAt} - interval '2 hours'` })
    .where(eq(dataKeys.projectId, projectId));

describe("a project's data key that is rotated", () => {
  test("seals everything that the project holds anew: tokens, hook secrets, copies of cleanups, waiting grants", async () => {
    const [it, other] = [await scene(), await scene()];
    const before = await namedKeys(other.projectId);
    expect(await rotateProjectData(it.projectId)).toMatchObject({ resealed: 4, failed: 0, isResumed: false });
    expect(await namedKeys(it.projectId)).toEqual([await currentKey(it.projectId)]);
    expect(await openAll(it)).toEqual(opened(it));
    expect(await namedKeys(other.projectId)).toEqual(before);
    expect(await openAll(other)).toEqual(opened(other));
    const [event] = await db()
      .select()
      .from(auditEvents)
      .where(and(eq(auditEvents.chain, it.projectId), eq(auditEvents.event, "project.key_rotated")));
    expect(event).toMatchObject({
      actorName: "Command line",
      facts: { dataKeyId: expect.stringMatching(/^dek_/) },
    });
  });

  test("knows every sealed column of a project's tables: a new one needs its own place here", async () => {
    expect(await sealedColumns(db())).toEqual([
      { table: "cleanups", column: "refresh_token_sealed" },
      { table: "cleanups", column: "token_sealed" },
      { table: "credentials", column: "access_token_sealed" },
      { table: "credentials", column: "refresh_token_sealed" },
      { table: "credentials", column: "user_name_sealed" },
      { table: "hooks", column: "previous_secret_sealed" },
      { table: "hooks", column: "secret_sealed" },
      { table: "pending_grants", column: "access_token_sealed" },
      { table: "pending_grants", column: "refresh_token_sealed" },
    ]);
  });

  test("keeps each generation, so that whoever is replacing a token at that moment still does", async () => {
    const it = await scene();
    const mine = eq(credentials.integrationId, it.integrationId);
    const [before] = await db().select().from(credentials).where(mine);
    await rotateProjectData(it.projectId);
    const [after] = await db().select().from(credentials).where(mine);
    expect(after?.generation).toBe(before?.generation);
    expect(after?.accessTokenSealed).not.toBe(before?.accessTokenSealed);
    // A refresh that had read the row before the rotation stores its answer by the generation that it saw.
    const stored = await db()
      .update(credentials)
      .set({ accessTokenSealed: before?.accessTokenSealed ?? "" })
      .where(and(mine, eq(credentials.generation, before?.generation ?? 0)))
      .returning({ id: credentials.id });
    expect(stored).toHaveLength(1);
  });

  test("never overwrites a fresh token, however often both happen at the same moment", async () => {
    const it = await scene();
    let last = "first";
    const refreshing = async () => {
      for (let count = 0; count < 40; count += 1) {
        last = `refreshed ${count}`;
        await storeTokens(it, last);
        expect(await accessOf(it)).toBe(`access ${last}`);
      }
    };
    const rotating = async () => {
      for (let count = 0; count < 15; count += 1) {
        expect(await rotateProjectData(it.projectId)).toMatchObject({ failed: 0 });
      }
    };
    await Promise.all([refreshing(), rotating()]);
    await rotateProjectData(it.projectId);
    expect(await openAll(it)).toEqual(opened(it, last));
    expect(await namedKeys(it.projectId)).toEqual([await currentKey(it.projectId)]);
  });

  test("that was not finished is finished by the next call, which makes no other key", async () => {
    const it = await scene();
    const [before] = await db().select().from(hooks).where(eq(hooks.id, it.hookId));
    await rotateProjectData(it.projectId);
    // As a kill between two rows leaves it.
    await db()
      .update(hooks)
      .set({ secretSealed: before?.secretSealed ?? "" })
      .where(eq(hooks.id, it.hookId));
    const keys = (await keysOf(it.projectId)).length;
    expect(await openAll(it)).toEqual(opened(it));
    expect(await rotateProjectData(it.projectId)).toMatchObject({ resealed: 1, isResumed: true });
    expect(await keysOf(it.projectId)).toHaveLength(keys);
    expect(await namedKeys(it.projectId)).toEqual([await currentKey(it.projectId)]);
  });

  test("leaves what does not open as it is, says so, and goes on with the rest", async () => {
    const [it, other] = [await scene(), await scene()];
    const [foreign] = await db().select().from(hooks).where(eq(hooks.id, other.hookId));
    await db()
      .update(hooks)
      .set({ secretSealed: foreign?.secretSealed ?? "" })
      .where(eq(hooks.id, it.hookId));
    expect(await rotateProjectData(it.projectId)).toMatchObject({ resealed: 3, failed: 1 });
    expect(await rotateProjectData(it.projectId)).toMatchObject({ resealed: 3, failed: 1, isResumed: false });
    expect(await accessOf(it)).toBe("access first");
  });

  test("of a project that does not exist is refused", async () => {
    await expect(rotateProjectData("prj_00000000000000000000")).rejects.toMatchObject({ code: "not_found" });
    expect(await listProjectIds()).not.toContain("prj_00000000000000000000");
  });
});

describe("a retired data key", () => {
  test("is deleted once nothing names it, but not within an hour: somebody may have read what it sealed", async () => {
    const it = await scene();
    const old = await currentKey(it.projectId);
    await rotateProjectData(it.projectId);
    await dropUnusedKeys();
    expect((await keysOf(it.projectId)).map(({ id }) => id)).toContain(old);
    await ageKeys(it.projectId);
    await dropUnusedKeys();
    expect(await keysOf(it.projectId)).toHaveLength(1);
    expect(await openAll(it)).toEqual(opened(it));
  });

  test("is kept as long as one value names it, in whichever column", async () => {
    for (const { table, column } of await sealedColumns(db())) {
      const it = await scene();
      await rotateProjectData(it.projectId);
      const [retired] = await keysOf(it.projectId);
      if (!retired) throw new Error("no key");
      const text = `v1.${retired.id}.${"A".repeat(16)}.${"A".repeat(40)}`;
      await db().execute(
        sql`update ${sql.identifier(table)} set ${sql.identifier(column)} = ${text} where project_id = ${it.projectId}`,
      );
      await ageKeys(it.projectId);
      await dropUnusedKeys();
      expect(
        (await keysOf(it.projectId)).map(({ id }) => id),
        `${table}.${column}`,
      ).toContain(retired.id);
    }
  });

  test("of the instance, of sessions and of the audit is no project's, and stays", async () => {
    await db()
      .update(dataKeys)
      .set({ retiredAt: sql`now() - interval '1 day'` })
      .where(eq(dataKeys.purpose, "audit"));
    await dropUnusedKeys();
    expect(
      await db()
        .select()
        .from(dataKeys)
        .where(and(eq(dataKeys.purpose, "audit"), isNull(dataKeys.projectId))),
    ).not.toEqual([]);
    await db().update(dataKeys).set({ retiredAt: null }).where(eq(dataKeys.purpose, "audit"));
  });
});
