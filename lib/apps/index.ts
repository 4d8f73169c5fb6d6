export { type CreatedApp, createApp } from "@/lib/apps/create";
export { getApp, listApps } from "@/lib/apps/read";
export type { Saved } from "@/lib/apps/save";
export {
  type CreateAppInput,
  createAppSchema,
  type UpdateBuildInput,
  type UpdateGeneralInput,
  type UpdateGitInput,
  updateBuildSchema,
  updateGeneralSchema,
  updateGitSchema,
} from "@/lib/apps/schemas";
export { updateBuild } from "@/lib/apps/update-build";
export { updateGeneral } from "@/lib/apps/update-general";
export { type SavedGit, updateGit } from "@/lib/apps/update-git";
export type * from "@/lib/apps/views";
