import { eq, sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { cleanups, credentials, db, pendingGrants } from "@/db";
import { openCleanupCopy, openCleanupRefresh } from "@/lib/credentials/cleanup-token";
import { openAccessToken, openRefreshToken } from "@/lib/credentials/open-token";
import { openTokens } from "@/lib/integrations/authorization/grant-token";
import { openHookSecrets } from "@/lib/sources";
import { useTestDatabase } from "@/lib/testing/database";
import {
  addSealedInstance,
  addSealedProject,
  SEALED_ORIGIN,
  type SealedProject,
  storeTokens,
} from "@/lib/testing/sealed-project";
import { VaultError } from "@/lib/vault";

useTestDatabase();

let instanceId: string;
beforeAll(async () => {
  instanceId = await addSealedInstance();
});

type Place = { table: string; column: string; idOf: (it: SealedProject) => string };

const PLACES = {
  "an access token": { table: "credentials", column: "access_token_sealed", idOf: (it) => it.integrationId },
  "a refresh token": { table: "credentials", column: "refresh_token_sealed", idOf: (it) => it.integrationId },
  "a hook's secret": { table: "hooks", column: "secret_sealed", idOf: (it) => it.hookId },
  "a cleanup's copy": { table: "cleanups", column: "token_sealed", idOf: (it) => it.cleanupId },
  "a cleanup's refresh token": {
    table: "cleanups",
    column: "refresh_token_sealed",
    idOf: (it) => it.cleanupId,
  },
  "a waiting access token": {
    table: "pending_grants",
    column: "access_token_sealed",
    idOf: (it) => it.grantId,
  },
  "a waiting refresh token": {
    table: "pending_grants",
    column: "refresh_token_sealed",
    idOf: (it) => it.grantId,
  },
} satisfies Record<string, Place>;
type Name = keyof typeof PLACES;
const NAMES = Object.keys(PLACES) as Name[];

const rowOf = (name: Name, it: SealedProject) => {
  const { table, column, idOf }: Place = PLACES[name];
  const key = sql.identifier(table === "credentials" ? "integration_id" : "id");
  return { table: sql.identifier(table), column: sql.identifier(column), where: sql`${key} = ${idOf(it)}` };
};
async function readText(name: Name, it: SealedProject): Promise<string> {
  const { table, column, where } = rowOf(name, it);
  const { rows } = await db().execute<{ text: string }>(
    sql`select ${column} as text from ${table} where ${where}`,
  );
  return rows[0]?.text ?? "";
}
async function putText(name: Name, it: SealedProject, text: string): Promise<void> {
  const { table, column, where } = rowOf(name, it);
  await db().execute(sql`update ${table} set ${column} = ${text} where ${where}`);
}

/** Opens what stands in a place now, the way the product does. */
const OPEN: Record<Name, (it: SealedProject) => Promise<string | undefined>> = {
  "an access token": async (it) =>
    (await openAccessToken(db(), await credentialOf(it), SEALED_ORIGIN)).reveal(),
  "a refresh token": async (it) =>
    (await openRefreshToken(db(), await credentialOf(it), SEALED_ORIGIN)).reveal(),
  "a hook's secret": async (it) => (await openHookSecrets(it.hookId))?.secrets[0]?.reveal(),
  "a cleanup's copy": async (it) => (await openCleanupCopy(await cleanupOf(it)))?.token.reveal(),
  "a cleanup's refresh token": async (it) => (await openCleanupRefresh(await cleanupOf(it)))?.reveal(),
  "a waiting access token": async (it) => (await openTokens(db(), await grantOf(it))).accessToken.reveal(),
  "a waiting refresh token": async (it) => (await openTokens(db(), await grantOf(it))).refreshToken?.reveal(),
};

async function credentialOf(it: SealedProject) {
  const [row] = await db().select().from(credentials).where(eq(credentials.integrationId, it.integrationId));
  if (!row?.refreshTokenSealed) throw new Error("no credential");
  return { ...row, refreshTokenSealed: row.refreshTokenSealed };
}
async function cleanupOf(it: SealedProject) {
  const [row] = await db().select().from(cleanups).where(eq(cleanups.id, it.cleanupId));
  if (!row) throw new Error("no cleanup");
  return row;
}
async function grantOf(it: SealedProject) {
  const [row] = await db().select().from(pendingGrants).where(eq(pendingGrants.id, it.grantId));
  if (!row) throw new Error("no grant");
  return row;
}

test.each(NAMES)(
  "%s opens nothing but its own: no ciphertext of another column, row, project or time",
  async (name) => {
    const [it, other] = [await addSealedProject(instanceId), await addSealedProject(instanceId)];
    const own = await readText(name, it);
    expect(await OPEN[name](it)).toMatch(/./);
    const foreign = [
      ...(await Promise.all(NAMES.map((each) => readText(each, other)))),
      ...(await Promise.all(NAMES.filter((each) => each !== name).map((each) => readText(each, it)))),
    ];
    for (const text of foreign) {
      await putText(name, it, text);
      await expect(OPEN[name](it)).rejects.toThrow(VaultError);
    }
    await putText(name, it, own);
    expect(await OPEN[name](it)).toMatch(/./);
  },
);

test("a token that was replaced does not open when it is put back", async () => {
  const it = await addSealedProject(instanceId);
  const before = await readText("an access token", it);
  await storeTokens(it, "second");
  await putText("an access token", it, before);
  await expect(OPEN["an access token"](it)).rejects.toMatchObject({ code: "tampered" });
});
