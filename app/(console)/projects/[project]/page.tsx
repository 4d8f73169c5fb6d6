import { Plus } from "lucide-react";
import Link from "next/link";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { PageHead, SectionHead } from "@/components/ui/page-head";
import { may } from "@/lib/access";
import { type AppCard, listApps } from "@/lib/apps";
import { type IntegrationView, listIncidents, listIntegrations } from "@/lib/integrations";
import { AppsTable } from "./apps-table";
import { EmptyProject } from "./empty-project";
import { IncidentBanners } from "./incident-banners";
import { projectPage } from "./project-page";

type Props = { params: Promise<{ project: string }> };

/** What needs somebody first, then each app with what is live and what happened last. */
export default async function ProjectOverviewPage({ params }: Props) {
  const { project } = await params;
  const { context, apps, integrations, incidents } = await projectPage(project, async (context) => {
    const [apps, integrations, incidents] = await Promise.all([
      listApps(context),
      listIntegrations(context),
      listIncidents(context),
    ]);
    return { context, apps, integrations, incidents };
  });
  const base = `/projects/${context.projectId}`;
  const create = may(context, "app.create");
  return (
    <>
      <TopBar crumbs={[{ label: context.projectName }]} />
      <Page>
        {apps.length > 0 && (
          <PageHead
            title={context.projectName}
            facts={facts(apps)}
            actions={
              create.allowed ? (
                <Button asChild>
                  <Link href={`${base}/apps/new`}>
                    <Plus aria-hidden />
                    Create an app
                  </Link>
                </Button>
              ) : (
                <Button disabledReason={create.reason}>Create an app</Button>
              )
            }
          />
        )}
        <IncidentBanners context={context} incidents={incidents} />
        {apps.length === 0 ? (
          <EmptyProject context={context} base={base} hasSource={integrations.some(isUsable)} />
        ) : (
          <section aria-labelledby="apps">
            <SectionHead id="apps" title="Apps" remark={String(apps.length)} />
            <Card as="div">
              <AppsTable apps={apps} base={base} now={new Date()} />
            </Card>
          </section>
        )}
      </Page>
    </>
  );
}

const isUsable = ({ status }: IntegrationView) => status === "active" || status === "degraded";

function facts(apps: readonly AppCard[]): string {
  const live = apps.filter((app) => app.live !== null).length;
  const attention = apps.filter((app) => app.attention !== null).length;
  const liveWords = live === apps.length ? "Everything is live" : `${live} of ${apps.length} apps are live`;
  if (attention === 0) return `${liveWords}.`;
  return `${liveWords}; ${attention === 1 ? "one app needs" : `${attention} apps need`} somebody.`;
}
