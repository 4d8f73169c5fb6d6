"use server";

import { projectAction } from "@/lib/action";
import { projectNameSchema, renameProject } from "@/lib/projects";

export const rename = projectAction(projectNameSchema, renameProject, {
  revalidate: (_, { projectId }) => [`/projects/${projectId}`],
});
