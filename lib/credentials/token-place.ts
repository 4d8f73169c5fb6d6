import type { Place } from "@/lib/vault";

export type TokenOwner = { projectId: string; credentialId: string; origin: string; generation: number };

/** Where a token of this credential is sealed: the project, the row, the host and the point in time. */
export const tokenPlace = (
  owner: TokenOwner,
  field: "access_token" | "refresh_token" | "user_name",
): Place => ({
  projectId: owner.projectId,
  table: "credentials",
  rowId: owner.credentialId,
  field,
  origin: owner.origin,
  generation: owner.generation,
});
