"use server";

import { z } from "zod";
import { projectAction } from "@/lib/action";
import * as apps from "@/lib/apps";
import * as deployments from "@/lib/deployments";
import { deployLatest } from "@/lib/pushes";

const appId = z.string();
const deploymentId = z.string();

/** Deploys the head of the app's branch. */
export const deployApp = projectAction(z.object({ appId }), deployLatest);

/** Deploys the commit of an earlier deployment again. */
export const redeploy = projectAction(z.object({ deploymentId }), deployments.redeploy);

export const cancelDeployment = projectAction(z.object({ deploymentId }), deployments.cancelDeployment);

export const rollBackDeployment = projectAction(z.object({ deploymentId }), deployments.rollBack);

export const createApp = projectAction(apps.createAppSchema, apps.createApp);

export const updateGeneral = projectAction(apps.updateGeneralSchema, apps.updateGeneral, {
  revalidate: appPages,
});

export const updateBuild = projectAction(apps.updateBuildSchema, apps.updateBuild, { revalidate: appPages });

export const updateGit = projectAction(apps.updateGitSchema, apps.updateGit, { revalidate: appPages });

function appPages(_: unknown, input: { projectId: string; appId: string }): string[] {
  return [`/projects/${input.projectId}/apps/${input.appId}`];
}
