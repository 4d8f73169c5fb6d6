export { createProject, mayCreateProject, projectNameSchema } from "@/lib/projects/create-project";
export { listActivity } from "@/lib/projects/list-activity";
export { getProjectShell, listProjectNames, listProjects } from "@/lib/projects/list-projects";
export { renameProject } from "@/lib/projects/rename-project";
export { type KeyRotation, listProjectIds, rotateProjectData } from "@/lib/projects/rotate-key";
export type {
  ActivityPage,
  ActivityView,
  AppState,
  AppStateView,
  ProjectCard,
  ProjectName,
  ProjectShell,
} from "@/lib/projects/views";
