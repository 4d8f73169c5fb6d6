import { type Executor, newId, type pendingGrants, type Transaction } from "@/db";
import { redactor } from "@/lib/log";
import type { TokenSet } from "@/lib/providers";
import type { Secret } from "@/lib/secret";
import { open, type Place, seal } from "@/lib/vault";

export type GrantRow = typeof pendingGrants.$inferSelect;

type Owner = { id: string; projectId: string; origin: string };

/** A waiting token is sealed for its row alone and never replaced there, so its generation stays 1. */
export const grantPlace = (
  { id, projectId, origin }: Owner,
  field: "access_token" | "refresh_token",
): Place => ({
  projectId,
  table: "pending_grants",
  rowId: id,
  field,
  origin,
  generation: 1,
});

/** The columns of a new row that hold what the provider gave. */
export async function sealTokens(
  tx: Transaction,
  place: Omit<Owner, "id">,
  { accessToken, refreshToken, accessExpiresIn, refreshExpiresIn }: TokenSet,
) {
  const id = newId("pgr");
  const owner = { id, ...place };
  return {
    id,
    accessTokenSealed: await seal(tx, grantPlace(owner, "access_token"), accessToken),
    refreshTokenSealed: refreshToken && (await seal(tx, grantPlace(owner, "refresh_token"), refreshToken)),
    accessExpiresAt: inSeconds(accessExpiresIn),
    refreshExpiresAt: inSeconds(refreshExpiresIn),
  };
}

const inSeconds = (seconds: number | null) =>
  seconds === null ? null : new Date(Date.now() + seconds * 1000);

/** This file alone opens waiting tokens. Throws VaultError. */
export async function openTokens(executor: Executor, row: GrantRow): Promise<TokenSet> {
  const { refreshTokenSealed } = row;
  return {
    accessToken: await openField(executor, row, "access_token", row.accessTokenSealed),
    refreshToken:
      refreshTokenSealed === null
        ? null
        : await openField(executor, row, "refresh_token", refreshTokenSealed),
    accessExpiresIn: secondsUntil(row.accessExpiresAt),
    refreshExpiresIn: secondsUntil(row.refreshExpiresAt),
    scopes: row.grantedScopes,
  };
}

async function openField(
  executor: Executor,
  row: GrantRow,
  field: "access_token" | "refresh_token",
  sealed: string,
): Promise<Secret> {
  const token = await open(executor, grantPlace(row, field), sealed);
  redactor.add(token);
  return token;
}

const secondsUntil = (at: Date | null) =>
  at === null ? null : Math.max(1, Math.floor((at.getTime() - Date.now()) / 1000));
