import type { ProjectContext } from "@/lib/access";
import { getApp } from "@/lib/apps";
import type { DeploymentView } from "@/lib/deployments";
import { AttentionAction } from "../../attention-action";

/** Failures for which somebody has to give the app its access to the repository back. */
const ACCESS = [
  "integration_removed",
  "app_disconnected",
  "needs_reauthorization",
  "integration_paused",
  "repository_not_allowed",
];

type Props = { context: ProjectContext; deployment: DeploymentView };

/** What to press where a deployment failed for its access to the repository, while that is still so. */
export async function MendAction({ context, deployment }: Props) {
  if (!ACCESS.includes(deployment.reason ?? "")) return null;
  const app = await getApp(context, deployment.appId);
  return app.attention && <AttentionAction context={context} app={app} />;
}
