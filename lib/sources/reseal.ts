import { and, eq, sql } from "drizzle-orm";
import { db, hooks, repositories } from "@/db";
import { hookPlace } from "@/lib/sources/hook-secret";
import { type Resealed, resealAll, resealRow } from "@/lib/vault";

/** Seals the secrets of a project's hooks with its current data key. One that is rotated meanwhile is left as it is. */
export const resealHooks = (projectId: string): Promise<Resealed> =>
  resealAll(
    () =>
      db()
        .select({ row: hooks, origin: repositories.origin })
        .from(hooks)
        .innerJoin(repositories, eq(repositories.id, hooks.repositoryId))
        .where(eq(hooks.projectId, projectId)),
    ({ row, origin }) => {
      const owner = { projectId, hookId: row.id, origin, generation: row.secretGeneration };
      const fields = {
        secretSealed: { place: hookPlace(owner, "secret"), sealed: row.secretSealed },
        previousSecretSealed: {
          place: hookPlace(owner, "previous_secret"),
          sealed: row.previousSecretSealed,
        },
      };
      return resealRow(fields, async (tx, next) => {
        const stored = await tx
          .update(hooks)
          .set(next)
          .where(
            and(
              eq(hooks.id, row.id),
              eq(hooks.secretGeneration, row.secretGeneration),
              eq(hooks.secretSealed, row.secretSealed),
              // The previous one is erased without a new generation.
              sql`${hooks.previousSecretSealed} is not distinct from ${row.previousSecretSealed}`,
            ),
          )
          .returning({ id: hooks.id });
        return stored.length === 1;
      });
    },
  );
