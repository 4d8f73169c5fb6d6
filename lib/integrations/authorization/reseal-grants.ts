import { and, eq } from "drizzle-orm";
import { db, pendingGrants } from "@/db";
import { grantPlace } from "@/lib/integrations/authorization/grant-token";
import { type Resealed, resealAll, resealRow } from "@/lib/vault";

/** Seals a project's waiting grants with its current data key. One that is confirmed or withdrawn meanwhile is gone. */
export const resealGrants = (projectId: string): Promise<Resealed> =>
  resealAll(
    () => db().select().from(pendingGrants).where(eq(pendingGrants.projectId, projectId)),
    (row) => {
      const fields = {
        accessTokenSealed: { place: grantPlace(row, "access_token"), sealed: row.accessTokenSealed },
        refreshTokenSealed: { place: grantPlace(row, "refresh_token"), sealed: row.refreshTokenSealed },
      };
      return resealRow(fields, async (tx, next) => {
        const stored = await tx
          .update(pendingGrants)
          .set(next)
          .where(
            and(eq(pendingGrants.id, row.id), eq(pendingGrants.accessTokenSealed, row.accessTokenSealed)),
          )
          .returning({ id: pendingGrants.id });
        return stored.length === 1;
      });
    },
  );
