import { Banner } from "@/components/ui/banner";
import { Commit } from "@/components/ui/code";
import { may, type ProjectContext } from "@/lib/access";
import type { AppView } from "@/lib/apps";
import { listMissed } from "@/lib/pushes";
import { DeployButton } from "./deploy-button";

/** A push came while the app's integration could not be used, and nothing has deployed it since. */
export async function MissedBanner({ context, app }: { context: ProjectContext; app: AppView }) {
  const integration = app.source?.integration;
  if (!integration || !may(context, "project.details").allowed) return null;
  const missed = (await listMissed(context, integration.id)).find(({ appId }) => appId === app.id);
  if (!missed?.isOver || missed.deployment) return null;
  const deploy = may(context, "app.deploy");
  return (
    <div className="mb-4">
      <Banner
        tone="warn"
        title={missed.pushes === 1 ? "A push was missed" : `${missed.pushes} pushes were missed`}
        action={
          <DeployButton
            projectId={context.projectId}
            appId={app.id}
            label="Deploy latest"
            disabledReason={deploy.allowed ? undefined : deploy.reason}
          />
        }
      >
        {integration.account} could not be used when {missed.pushes === 1 ? "it" : "they"} came. The last one
        is <Commit sha={missed.commit.sha} href={missed.commit.url ?? undefined} /> {missed.commit.title}.{" "}
        {missed.autoDeploy
          ? "It deploys by itself in a moment."
          : "Auto-deploy is off: it is yours to deploy."}
      </Banner>
    </div>
  );
}
