import { db } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import { loadSettings } from "@/lib/apps/load";
import { changesBetween, type Saved, saveApp } from "@/lib/apps/save";
import type { UpdateBuildInput } from "@/lib/apps/schemas";

/** Changes how an app is built, from its next deployment on. */
export async function updateBuild(ctx: ProjectContext, input: UpdateBuildInput): Promise<Saved> {
  requirePermission(ctx, "app.configure");
  const { build: from } = await loadSettings(db(), ctx, input.appId);
  const { buildKind, installCommand, buildCommand, outputDirectory } = input;
  const to = { buildKind, installCommand, buildCommand, outputDirectory };
  const changes = changesBetween(from, to);
  return transactAs(ctx, "app.configure", (tx) =>
    saveApp(tx, ctx, input, to, { event: "app.build_changed", changes }),
  );
}
