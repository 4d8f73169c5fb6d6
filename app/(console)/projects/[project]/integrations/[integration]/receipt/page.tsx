import type { Metadata } from "next";
import { ProviderMark } from "@/components/provider-mark";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { PageHead } from "@/components/ui/page-head";
import { IntegrationStatus } from "@/components/ui/status";
import { Time } from "@/components/ui/time";
import { may } from "@/lib/access";
import { getReceipt, type Receipt } from "@/lib/integrations";
import { projectPage } from "../../../project-page";
import { ForgetDialog } from "./forget-dialog";
import { ReceiptSteps } from "./receipt-steps";

export const metadata: Metadata = { title: "Receipt" };

type Props = { params: Promise<{ project: string; integration: string }> };

/** What became of a removed integration: true while one looks, and still there afterwards. */
export default async function ReceiptPage({ params }: Props) {
  const { project, integration } = await params;
  const { context, receipt } = await projectPage(project, async (context) => ({
    context,
    receipt: may(context, "project.details").allowed ? await getReceipt(context, integration) : null,
  }));
  const base = `/projects/${context.projectId}`;
  const manage = may(context, "integration.manage");
  const now = new Date();
  return (
    <>
      <TopBar
        crumbs={[
          { label: context.projectName, href: base },
          { label: "Integrations", href: `${base}/integrations` },
          { label: receipt ? `Removal of ${receipt.account}` : "Receipt" },
        ]}
      />
      <Page>
        {receipt ? (
          <>
            <Head receipt={receipt} now={now} />
            <div className="grid max-w-[760px] gap-4">
              <Card>
                <CardHeader
                  title="What was done"
                  description={`Other projects that use ${receipt.account} keep their own connections. What is live stays live.`}
                />
                <CardBody>
                  <ReceiptSteps steps={receipt.steps} now={now} />
                </CardBody>
              </Card>
              {receipt.copies > 0 && receipt.copiesUntil && (
                <Card className="flex flex-wrap items-center justify-between gap-4 p-5">
                  <div className="min-w-0 flex-1 basis-72">
                    <h2 className="font-semibold text-base">A copy of the token is still kept</h2>
                    <p className="text-ink-2 text-sm">
                      Sealed for the steps above alone, and erased with the last of them,{" "}
                      <Time at={receipt.copiesUntil} now={now} /> at the latest.
                      {!manage.allowed && ` ${manage.reason}`}
                    </p>
                  </div>
                  <ForgetDialog
                    fields={{ projectId: context.projectId, integrationId: receipt.integrationId }}
                    provider={receipt.providerName}
                    left={receipt.steps
                      .filter(({ state }) => state === "waiting" || state === "running")
                      .map(({ name }) => name)}
                    refusal={manage.allowed ? undefined : manage.reason}
                  />
                </Card>
              )}
            </div>
          </>
        ) : (
          <Empty title="You may not read this receipt">
            Members, admins and owners see what was done when an integration was removed.
          </Empty>
        )}
      </Page>
    </>
  );
}

function Head({ receipt, now }: { receipt: Receipt; now: Date }) {
  return (
    <PageHead
      mark={<ProviderMark provider={receipt.provider} kind={receipt.hostKind} size={48} />}
      above={<IntegrationStatus status={receipt.isOver ? "removed" : "disconnecting"} />}
      title={`Removal of ${receipt.account}`}
      facts={
        <>
          {receipt.providerName} · {receipt.host} · removed by {receipt.removedBy ?? "somebody who left"},{" "}
          <Time at={receipt.removedAt} now={now} />
        </>
      }
    />
  );
}
