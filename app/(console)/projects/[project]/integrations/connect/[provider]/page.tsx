import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ProviderMark } from "@/components/provider-mark";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { PageHead } from "@/components/ui/page-head";
import { may } from "@/lib/access";
import { listEnteredProviders } from "@/lib/integrations";
import { projectPage } from "../../../project-page";
import { EnteredForm } from "../../entered-form";

export const metadata: Metadata = { title: "Connect a host" };

type Props = { params: Promise<{ project: string; provider: string }> };

const EMPTY = { address: "", hostKind: "", isAnonymous: false, authority: "" };

export default async function ConnectPage({ params }: Props) {
  const { project, provider } = await params;
  const { context, providers } = await projectPage(project, async (context) => ({
    context,
    providers: await listEnteredProviders(context),
  }));
  const entry = providers.find((each) => each.provider === provider);
  if (!entry) notFound();
  const base = `/projects/${context.projectId}`;
  const allowance = may(context, "integration.manage");
  return (
    <>
      <TopBar
        crumbs={[
          { label: context.projectName, href: base },
          { label: "Integrations", href: `${base}/integrations` },
          { label: `Connect ${entry.name}` },
        ]}
      />
      <Page>
        <PageHead
          mark={<ProviderMark provider={entry.provider} size={48} />}
          title={`Connect ${entry.name}`}
          facts="It is tried before anything is stored. The credential is sealed, and sent to this address alone."
        />
        <EnteredForm
          projectId={context.projectId}
          provider={entry.provider}
          hostKinds={entry.hostKinds}
          defaults={EMPTY}
          refusal={allowance.allowed ? undefined : allowance.reason}
        />
      </Page>
    </>
  );
}
