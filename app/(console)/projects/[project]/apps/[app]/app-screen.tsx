import { GitBranch } from "lucide-react";
import type { ReactNode } from "react";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Banner } from "@/components/ui/banner";
import { Commit } from "@/components/ui/code";
import { ExternalLink } from "@/components/ui/link";
import { PageHead } from "@/components/ui/page-head";
import { TabNav } from "@/components/ui/tabs";
import { type Allowance, may, type ProjectContext } from "@/lib/access";
import type { AppView } from "@/lib/apps";
import { AttentionAction } from "./attention-action";
import { DeployButton } from "./deploy-button";

type Props = { context: ProjectContext; app: AppView; crumb?: string; children: ReactNode };

/** What the pages of one app share: where it is live, what it follows, its tabs. */
export function AppScreen({ context, app, crumb, children }: Props) {
  const base = `/projects/${context.projectId}/apps/${app.id}`;
  const deploy = may(context, "app.deploy");
  return (
    <>
      <TopBar
        crumbs={[
          { label: context.projectName, href: `/projects/${context.projectId}` },
          crumb ? { label: app.name, href: base } : { label: app.name },
          ...(crumb ? [{ label: crumb }] : []),
        ]}
      />
      <Page>
        <PageHead
          className="mb-6"
          title={app.name}
          facts={<AppFacts app={app} />}
          actions={<DeployButton {...deployProps(context, app, deploy)} />}
        />
        <TabNav
          label={app.name}
          className="mb-6"
          items={[
            { href: base, label: "Overview" },
            { href: `${base}/deployments`, label: "Deployments" },
            { href: `${base}/settings`, label: "Settings" },
          ]}
        />
        {app.attention && (
          <div className="mb-4">
            <Banner
              tone="warn"
              title={app.source?.integration ? "Needs attention" : "Disconnected"}
              action={<AttentionAction context={context} app={app} />}
            >
              {app.attention}
            </Banner>
          </div>
        )}
        {children}
      </Page>
    </>
  );
}

function deployProps(context: ProjectContext, app: AppView, deploy: Allowance) {
  return {
    projectId: context.projectId,
    appId: app.id,
    label: app.lastDeployment ? "Redeploy" : "Deploy",
    disabledReason: deploy.allowed ? undefined : deploy.reason,
  };
}

function AppFacts({ app }: { app: AppView }) {
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <ExternalLink href={app.siteUrl}>{new URL(app.siteUrl).host}</ExternalLink>
      {app.source && (
        <span className="inline-flex items-center gap-1.5">
          <GitBranch aria-hidden className="size-3.5" />
          {app.source.branch}
          {app.live && (
            <>
              <span aria-hidden="true">→</span>
              <span className="sr-only">is live at</span>
              <Commit sha={app.live.commit.sha} href={app.live.commit.url ?? undefined} />
            </>
          )}
        </span>
      )}
      <span>{app.autoDeploySentence}</span>
    </p>
  );
}
