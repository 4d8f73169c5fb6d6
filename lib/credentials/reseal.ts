import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { cleanups, credentials, db, integrations } from "@/db";
import { cleanupPlace } from "@/lib/credentials/cleanup-token";
import { tokenPlace } from "@/lib/credentials/token-place";
import { type Resealed, resealAll, resealRow } from "@/lib/vault";

/** Seals a project's tokens with its current data key. A token that is refreshed or replaced meanwhile is left as it is. */
export const resealCredentials = (projectId: string): Promise<Resealed> =>
  resealAll(
    () =>
      db()
        .select({ row: credentials, origin: integrations.origin })
        .from(credentials)
        .innerJoin(integrations, eq(integrations.id, credentials.integrationId))
        .where(eq(credentials.projectId, projectId)),
    ({ row, origin }) => {
      const { id: credentialId, generation, accessTokenSealed, refreshTokenSealed, userNameSealed } = row;
      const owner = { projectId, credentialId, origin, generation };
      const fields = {
        accessTokenSealed: { place: tokenPlace(owner, "access_token"), sealed: accessTokenSealed },
        refreshTokenSealed: { place: tokenPlace(owner, "refresh_token"), sealed: refreshTokenSealed },
        userNameSealed: { place: tokenPlace(owner, "user_name"), sealed: userNameSealed },
      };
      return resealRow(fields, async (tx, next) => {
        const stored = await tx
          .update(credentials)
          .set(next)
          .where(
            and(
              eq(credentials.id, row.id),
              eq(credentials.generation, row.generation),
              eq(credentials.accessTokenSealed, row.accessTokenSealed),
              sql`${credentials.refreshTokenSealed} is not distinct from ${row.refreshTokenSealed}`,
            ),
          )
          .returning({ id: credentials.id });
        return stored.length === 1;
      });
    },
  );

/** The same for the copies that cleanups hold. */
export const resealCleanups = (projectId: string): Promise<Resealed> =>
  resealAll(
    () =>
      db()
        .select()
        .from(cleanups)
        .where(
          and(
            eq(cleanups.projectId, projectId),
            isNull(cleanups.finishedAt),
            isNotNull(cleanups.tokenSealed),
          ),
        ),
    (row) => {
      const fields = {
        tokenSealed: { place: cleanupPlace(row, "token"), sealed: row.tokenSealed },
        refreshTokenSealed: { place: cleanupPlace(row, "refresh_token"), sealed: row.refreshTokenSealed },
      };
      return resealRow(fields, async (tx, next) => {
        const stored = await tx
          .update(cleanups)
          .set(next)
          .where(
            and(
              eq(cleanups.id, row.id),
              eq(cleanups.tokenSealed, row.tokenSealed ?? ""),
              sql`${cleanups.refreshTokenSealed} is not distinct from ${row.refreshTokenSealed}`,
            ),
          )
          .returning({ id: cleanups.id });
        return stored.length === 1;
      });
    },
  );
