import { notFound } from "next/navigation";
import { cache } from "react";
import { loadProjectContext, type ProjectContext } from "@/lib/access";
import { requireSession } from "@/lib/auth";
import { isConsoleError } from "@/lib/errors";

const loadContext = cache(async (projectId: string) => loadProjectContext(await requireSession(), projectId));

/**
 * What a page of a project shows, loaded as the person who asks. What is unknown or foreign is the 404 page, whether the
 * project or something in it.
 */
export async function projectPage<T>(
  projectId: string,
  load: (context: ProjectContext) => Promise<T>,
): Promise<T> {
  try {
    return await load(await loadContext(projectId));
  } catch (error) {
    if (isConsoleError(error) && error.code === "not_found") notFound();
    throw error;
  }
}
