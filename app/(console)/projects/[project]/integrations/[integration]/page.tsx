import { RotateCw } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ProviderMark } from "@/components/provider-mark";
import { Columns, Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Address } from "@/components/ui/address";
import { CardBanner } from "@/components/ui/banner";
import { Card } from "@/components/ui/card";
import { type Fact, Facts } from "@/components/ui/key-value";
import { Note } from "@/components/ui/note";
import { PageHead } from "@/components/ui/page-head";
import { IntegrationStatus } from "@/components/ui/status";
import { Time } from "@/components/ui/time";
import { may, type ProjectContext } from "@/lib/access";
import {
  getIntegration,
  type IntegrationDetail,
  isRemoved,
  listRestorable,
  removalImpact,
} from "@/lib/integrations";
import { listMissed } from "@/lib/pushes";
import { listHookPanels } from "@/lib/sources";
import { projectPage } from "../../project-page";
import { HookPanels } from "../../webhooks/hook-panels";
import { beginAuthorization } from "../actions";
import { AppsToReconnect } from "../apps-to-reconnect";
import type { Query } from "../arrivals";
import { ConnectButton } from "../connect-button";
import { EditCredentials } from "../edit-credentials";
import { PauseButton } from "../pause-button";
import { AccessTable } from "./access-table";
import { AppsTable } from "./apps-table";
import { ChangeAccess } from "./change-access";
import { DangerZone } from "./danger-zone";
import { EnteredPanel } from "./entered-panel";
import { HooksTable } from "./hooks-table";
import { MissedCard } from "./missed-card";
import { ReplaceAccount } from "./replace-account";
import { ReturnNotice } from "./return-notice";
import { AccountPanel, ActivityPanel } from "./side-panels";

type Props = {
  params: Promise<{ project: string; integration: string }>;
  searchParams: Promise<Query>;
};

export async function generateMetadata({ params }: Pick<Props, "params">): Promise<Metadata> {
  const { project, integration } = await params;
  const { account } = await projectPage(project, (context) => getConnected(context, integration));
  return { title: account };
}

/** What leads to one that was removed, such as an old deployment, leads to what became of it. */
async function getConnected(context: ProjectContext, id: string): Promise<IntegrationDetail> {
  if (await isRemoved(context, id)) redirect(`/projects/${context.projectId}/integrations/${id}/receipt`);
  return await getIntegration(context, id);
}

export default async function IntegrationPage({ params, searchParams }: Props) {
  const { project, integration: id } = await params;
  const { context, integration, restorable, missed, panels, impact } = await projectPage(
    project,
    async (context) => {
      const integration = await getConnected(context, id);
      const isDetailed = may(context, "project.details").allowed;
      const [restorable, panels, missed, impact] = await Promise.all([
        listRestorable(context),
        isDetailed ? listHookPanels(context, { integrationId: id }) : [],
        isDetailed ? listMissed(context, id) : [],
        may(context, "integration.manage").allowed ? removalImpact(context, id) : null,
      ]);
      return {
        context,
        integration,
        restorable: restorable.filter(({ integrationId }) => integrationId === id),
        panels,
        missed,
        impact,
      };
    },
  );
  const base = `/projects/${context.projectId}`;
  const allowance = may(context, "integration.manage");
  const refusal = allowance.allowed ? undefined : allowance.reason;
  // Nobody can authorize at an instance that is disabled.
  const grantRefusal = refusal ?? integration.instanceProblem ?? undefined;
  const now = new Date();
  const { account, details } = integration;
  return (
    <>
      <TopBar
        crumbs={[
          { label: context.projectName, href: base },
          { label: "Integrations", href: `${base}/integrations` },
          { label: account },
        ]}
      />
      <Page>
        <PageHead
          mark={<ProviderMark provider={integration.provider} kind={integration.hostKind} size={48} />}
          title={<Address>{account}</Address>}
          facts={
            <>
              {integration.providerName} · {integration.host} · authorized by{" "}
              {integration.authorizedBy ?? "somebody who left"} on{" "}
              <Time at={integration.authorizedAt} now={now} mode="date" />
            </>
          }
          actions={
            !integration.action && (
              <>
                <PauseButton projectId={context.projectId} {...{ integration, refusal }} />
                <Reauthorize projectId={context.projectId} integration={integration} refusal={grantRefusal} />
              </>
            )
          }
        />
        <ReturnNotice
          query={await searchParams}
          integration={integration}
          path={`${base}/integrations/${id}`}
        />
        <div className="grid gap-4">
          <StatusCard projectId={context.projectId} {...{ integration, refusal, now }} />
          <AppsToReconnect isMain={!integration.action} {...{ context, restorable, now }} />
          <MissedCard {...{ context, missed, account }} />
          {details ? (
            <Columns
              side={
                <div className="grid gap-4">
                  {details.entered ? (
                    <EnteredPanel entered={details.entered} {...{ integration, now }} />
                  ) : (
                    <AccountPanel {...{ integration, details, base, now }} />
                  )}
                  <ActivityPanel
                    items={details.activity}
                    href={`${base}/integrations/${id}/activity`}
                    now={now}
                  />
                </div>
              }
            >
              <div className="grid gap-4">
                {!details.entered && (
                  <AccessTable
                    details={details}
                    account={account}
                    provider={integration.providerName}
                    footer={
                      <ChangeAccess
                        projectId={context.projectId}
                        integration={integration}
                        refusal={grantRefusal}
                      />
                    }
                  />
                )}
                <AppsTable apps={integration.apps} base={base} />
                <HooksTable
                  hooks={details.hooks}
                  isWatched={!["needs_reauthorization", "paused"].includes(integration.status)}
                  now={now}
                />
                <HookPanels panels={panels} projectId={context.projectId} {...{ refusal, now }} />
              </div>
            </Columns>
          ) : (
            <>
              <AppsTable apps={integration.apps} base={base} />
              <Note>Scopes, webhooks and activity are shown to members, admins and owners.</Note>
            </>
          )}
          <ReplaceAccount projectId={context.projectId} integration={integration} refusal={grantRefusal} />
          <DangerZone
            projectId={context.projectId}
            projectName={context.projectName}
            {...{ integration, impact, refusal }}
          />
        </div>
      </Page>
    </>
  );
}

type WithIntegration = { projectId: string; integration: IntegrationDetail; refusal: string | undefined };

function Reauthorize({
  projectId,
  integration,
  refusal,
  isMain = false,
}: WithIntegration & { isMain?: boolean }) {
  if (integration.isEntered)
    return <EditCredentials integrationId={integration.id} {...{ projectId, isMain, refusal }} />;
  if (!integration.instanceId) return null;
  return (
    <ConnectButton
      action={beginAuthorization}
      projectId={projectId}
      instanceId={integration.instanceId}
      integrationId={integration.id}
      providerName={integration.providerName}
      variant={isMain ? "primary" : "secondary"}
      refusal={refusal}
    >
      <RotateCw aria-hidden />
      Re-authorize
    </ConnectButton>
  );
}

function StatusCard({ projectId, integration, refusal, now }: WithIntegration & { now: Date }) {
  const { status, sentence, isExpiring, instanceProblem, action } = integration;
  // Nothing works at a disabled instance, whatever the status was.
  const isShown = !action && (!instanceProblem || status === "paused");
  return (
    <Card>
      {instanceProblem && (
        <CardBanner tone="warn" title={`${integration.host} is disabled`}>
          {instanceProblem}
        </CardBanner>
      )}
      {action && !instanceProblem && (
        <CardBanner
          tone="warn"
          title={isExpiring ? "Expires soon" : "Needs re-authorization"}
          shape={isExpiring ? "clock" : undefined}
          action={<Reauthorize isMain {...{ projectId, integration, refusal }} />}
        >
          {sentence}
        </CardBanner>
      )}
      <div className="flex flex-wrap items-start justify-between gap-x-12 gap-y-4 p-5">
        {isShown && (
          <div className="grid gap-0.5">
            <h2>
              <IntegrationStatus status={status} size={18} />
            </h2>
            <p className="text-ink-2 text-sm">{sentence}</p>
          </div>
        )}
        <Facts layout="columns" items={factsOf(integration, now)} />
      </div>
    </Card>
  );
}

function factsOf(integration: IntegrationDetail, now: Date): Fact[] {
  const { status, since, lastUsedAt } = integration;
  // What is lost already ends no more; its sentence says what happened.
  const isLost = status === "needs_reauthorization";
  return [
    { label: "Since", value: <Time at={since} now={now} /> },
    ...(isLost ? [] : [{ label: "Expires", value: <Expiry integration={integration} now={now} /> }]),
    { label: "Last used", value: lastUsedAt ? <Time at={lastUsedAt} now={now} /> : "Never" },
  ];
}

function Expiry({ integration, now }: { integration: IntegrationDetail; now: Date }) {
  const { details, endsAt, isRenewed, isExpiring } = integration;
  if (!details) return "Told to members";
  if (isRenewed && !isExpiring) return "Renewed in time, by itself";
  return endsAt ? <Time at={endsAt} now={now} mode={isExpiring ? "relative" : "date"} /> : "Never";
}
