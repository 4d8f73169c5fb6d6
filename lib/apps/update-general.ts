import { db } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { loadSettings } from "@/lib/apps/load";
import { type Saved, saveApp } from "@/lib/apps/save";
import type { UpdateGeneralInput } from "@/lib/apps/schemas";
import { NAME_TAKEN, nameTaken, violatedConstraint } from "@/lib/apps/taken";

/** Renames an app. Its address keeps the name that it was made with: links to it go on working. */
export async function updateGeneral(ctx: ProjectContext, input: UpdateGeneralInput): Promise<Saved> {
  requirePermission(ctx, "app.configure");
  const { name: from } = await loadSettings(db(), ctx, input.appId);
  const changes = { name: { from, to: input.name } };
  try {
    return await transactAs(ctx, "app.configure", (tx) =>
      saveApp(tx, ctx, input, { name: input.name }, { event: "app.renamed", changes }),
    );
  } catch (error) {
    if (violatedConstraint(error) === NAME_TAKEN) throw nameTaken(input.name);
    throw error;
  }
}
