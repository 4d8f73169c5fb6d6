import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ProviderMark } from "@/components/provider-mark";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Note } from "@/components/ui/note";
import { PageHead } from "@/components/ui/page-head";
import { may } from "@/lib/access";
import { getIntegration, listEnteredProviders } from "@/lib/integrations";
import { projectPage } from "../../../project-page";
import { EnteredForm } from "../../entered-form";

export const metadata: Metadata = { title: "Edit credentials" };

type Props = { params: Promise<{ project: string; integration: string }> };

export default async function CredentialsPage({ params }: Props) {
  const { project, integration: id } = await params;
  const { context, integration, providers } = await projectPage(project, async (context) => ({
    context,
    integration: await getIntegration(context, id),
    providers: await listEnteredProviders(context),
  }));
  const entry = providers.find(({ provider }) => provider === integration.provider);
  if (!entry) notFound();
  const base = `/projects/${context.projectId}`;
  const allowance = may(context, "integration.manage");
  const entered = integration.details?.entered;
  return (
    <>
      <TopBar
        crumbs={[
          { label: context.projectName, href: base },
          { label: "Integrations", href: `${base}/integrations` },
          { label: integration.account, href: `${base}/integrations/${id}` },
          { label: "Edit credentials" },
        ]}
      />
      <Page>
        <PageHead
          mark={<ProviderMark provider={integration.provider} kind={integration.hostKind} size={48} />}
          title={`Edit the credentials of ${integration.account}`}
          facts="The new ones are tried on every repository that apps follow before they replace the old ones."
        />
        {entered ? (
          <EnteredForm
            projectId={context.projectId}
            provider={integration.provider}
            hostKinds={entry.hostKinds}
            defaults={{
              integrationId: id,
              address: entered.address,
              hostKind: entered.hostKind,
              isAnonymous: !entered.hasCredentials,
              authority: entered.authority?.pem ?? "",
            }}
            refusal={allowance.allowed ? undefined : allowance.reason}
          />
        ) : (
          <Note>How a host is reached is shown to members, admins and owners.</Note>
        )}
      </Page>
    </>
  );
}
