import type { Metadata } from "next";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Banner } from "@/components/ui/banner";
import { Empty } from "@/components/ui/empty";
import { PageHead, SectionHead } from "@/components/ui/page-head";
import { may } from "@/lib/access";
import {
  getCatalogue,
  type IntegrationView,
  listEnteredProviders,
  listIncidents,
  listIntegrations,
  listRemoved,
  listRestorable,
} from "@/lib/integrations";
import { IncidentBanners } from "../incident-banners";
import { projectPage } from "../project-page";
import { AppsToReconnect } from "./apps-to-reconnect";
import { Arrival } from "./arrival";
import { failureOf, type Query, successToast } from "./arrivals";
import { CatalogueCard } from "./catalogue-card";
import { EnteredCard } from "./entered-card";
import { IntegrationCard } from "./integration-card";
import { RecentlyRemoved } from "./recently-removed";

export const metadata: Metadata = { title: "Integrations" };

type Props = { params: Promise<{ project: string }>; searchParams: Promise<Query> };

export default async function IntegrationsPage({ params, searchParams }: Props) {
  const { project } = await params;
  const query = await searchParams;
  const { context, integrations, leftovers, restorable, removed, catalogue, entered } = await projectPage(
    project,
    async (context) => {
      const [integrations, incidents, restorable, removed, catalogue, entered] = await Promise.all([
        listIntegrations(context),
        listIncidents(context),
        listRestorable(context),
        listRemoved(context),
        getCatalogue(context),
        listEnteredProviders(context),
      ]);
      const leftovers = incidents.filter(({ kind }) => kind === "cleanup_gave_up");
      return { context, integrations, leftovers, restorable, removed, catalogue, entered };
    },
  );
  const base = `/projects/${context.projectId}`;
  const allowance = may(context, "integration.manage");
  const refusal = allowance.allowed ? undefined : allowance.reason;
  const arrived = successToast(query, integrations, base);
  const failure = failureOf(query, catalogue);
  const firstBroken = integrations.find(({ action }) => action !== null)?.id;
  const now = new Date();
  return (
    <>
      <TopBar crumbs={[{ label: context.projectName, href: base }, { label: "Integrations" }]} />
      <Page>
        <PageHead
          title="Integrations"
          facts={`Connect a service once. Every app in ${context.projectName} can then use it, and no other project can.`}
        />
        {arrived && <Arrival content={arrived} path={`${base}/integrations`} />}
        {failure && (
          <div className="mb-8" role="alert">
            <Banner tone="bad" title="Not connected">
              {failure}
            </Banner>
          </div>
        )}
        <IncidentBanners context={context} incidents={leftovers} />
        <section aria-labelledby="connected">
          <SectionHead id="connected" title="Connected" remark={remark(integrations)} />
          {integrations.length === 0 ? (
            <Empty level={3} title="Nothing is connected yet">
              Connect a Git host below, then choose a repository for an app: from then on every push to its
              branch goes live by itself.
            </Empty>
          ) : (
            <ul className="grid gap-3">
              {integrations.map((integration) => (
                <IntegrationCard
                  key={integration.id}
                  integration={integration}
                  projectId={context.projectId}
                  now={now}
                  isFresh={integration.id === query.connected}
                  isFirstBroken={integration.id === firstBroken}
                  refusal={refusal}
                />
              ))}
            </ul>
          )}
        </section>
        <AppsToReconnect
          context={context}
          restorable={restorable}
          now={now}
          isMain={firstBroken === undefined}
          className="mt-8"
        />
        <RecentlyRemoved
          removed={removed}
          base={base}
          now={now}
          hasReceipts={may(context, "project.details").allowed}
        />
        <section aria-labelledby="available" className="mt-12">
          <SectionHead id="available" title="Available">
            What each service enables, what it asks for, and what that access really permits.
          </SectionHead>
          <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
            {catalogue.map((entry, i) => (
              <CatalogueCard
                key={entry.instanceId}
                entry={entry}
                projectId={context.projectId}
                refusal={refusal}
                isPrimary={integrations.length === 0 && i === 0 && entry.isReady}
              />
            ))}
            {entered.map((entry) => (
              <EnteredCard key={entry.provider} {...{ entry, refusal }} projectId={context.projectId} />
            ))}
          </ul>
        </section>
      </Page>
    </>
  );
}

function remark(integrations: IntegrationView[]): string {
  const broken = integrations.filter(({ action }) => action !== null).length;
  if (integrations.length === 0) return "";
  if (broken === 0) return String(integrations.length);
  return `${integrations.length}, ${broken === 1 ? "one needs" : `${broken} need`} you`;
}
