import type { Metadata } from "next";
import Link from "next/link";
import { ProviderMark } from "@/components/provider-mark";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { PageHead } from "@/components/ui/page-head";
import { Time } from "@/components/ui/time";
import { may } from "@/lib/access";
import { getIntegration, getPendingGrant, type PendingGrantView } from "@/lib/integrations";
import { projectPage } from "../../../project-page";
import { ConfirmForm } from "./confirm-form";
import { LossPanel } from "./loss-panel";
import { ScopesPanel } from "./scopes-panel";

export const metadata: Metadata = { title: "Confirm the authorization" };

type Props = {
  params: Promise<{ project: string; integration: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

/** A new authorization was tried and waits: what it would change, then the person's word. */
export default async function ConfirmPage({ params, searchParams }: Props) {
  const { project, integration: integrationId } = await params;
  const { grant: grantId } = await searchParams;
  const { context, integration, grant } = await projectPage(project, async (context) => ({
    context,
    integration: await getIntegration(context, integrationId),
    grant:
      typeof grantId === "string" && may(context, "integration.manage").allowed
        ? await getPendingGrant(context, { integrationId, grantId })
        : null,
  }));
  const base = `/projects/${context.projectId}`;
  const href = `${base}/integrations/${integrationId}`;
  const { account, provider, providerName, host } = integration;
  return (
    <>
      <TopBar
        crumbs={[
          { label: context.projectName, href: base },
          { label: "Integrations", href: `${base}/integrations` },
          { label: account, href },
          { label: "Confirm" },
        ]}
      />
      <Page>
        {grant ? (
          <>
            <PageHead
              mark={<ProviderMark provider={provider} size={48} />}
              title={titleOf(grant, account)}
              facts={
                <>
                  {providerName} · {host} · nothing has changed yet; the new token waits, sealed, and ends{" "}
                  <Time at={grant.expiresAt} now={new Date()} />
                </>
              }
            />
            <div className="grid max-w-3xl gap-4">
              <LossPanel grant={grant} account={account} provider={providerName} base={base} />
              <ScopesPanel grant={grant} provider={providerName} />
              <ConfirmForm
                projectId={context.projectId}
                grantId={grant.id}
                replaces={grant.replaced?.id}
                label={labelOf(grant, account)}
              />
            </div>
          </>
        ) : (
          <NothingWaits href={href} account={account} />
        )}
      </Page>
    </>
  );
}

const titleOf = ({ replaced, account }: PendingGrantView, before: string) =>
  replaced ? `Replace ${before} with ${account}?` : `Re-authorize ${account}?`;

const labelOf = ({ replaced, account }: PendingGrantView, before: string) =>
  replaced ? `Replace ${before} with ${account}` : `Re-authorize ${account}`;

/** Used, discarded, superseded, too old, or somebody else's: nobody is told which. */
function NothingWaits({ href, account }: { href: string; account: string }) {
  return (
    <Empty
      level={1}
      title="Nothing waits for you here"
      action={
        <Button asChild>
          <Link href={href}>Open {account}</Link>
        </Button>
      }
    >
      This authorization was used or discarded already, is older than ten minutes, or was started by somebody
      else or in another session. Nothing was changed by opening this page.
    </Empty>
  );
}
