"use server";

import { projectAction } from "@/lib/action";
import { leftoverSchema, settleLeftover } from "@/lib/integrations";

export const settle = projectAction(leftoverSchema, settleLeftover, {
  revalidate: (_, { projectId }) => [`/projects/${projectId}`, `/projects/${projectId}/integrations`],
});
