import type { Metadata } from "next";
import Link from "next/link";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { PageHead } from "@/components/ui/page-head";
import { may } from "@/lib/access";
import { getIntegration, listUses } from "@/lib/integrations";
import { listActivity } from "@/lib/projects";
import { ActivityTable } from "../../../activity/activity-table";
import { projectPage } from "../../../project-page";
import { UsesTable } from "./uses-table";

export const metadata: Metadata = { title: "Activity" };

type Props = {
  params: Promise<{ project: string; integration: string }>;
  searchParams: Promise<{ before?: string | string[] }>;
};

/** Who did what with one integration, and what the console did with its credential by itself. */
export default async function IntegrationActivityPage({ params, searchParams }: Props) {
  const { project, integration: id } = await params;
  const before = Number((await searchParams).before);
  const page = Number.isSafeInteger(before) && before > 0 ? { before } : {};
  const { context, integration, activity, uses } = await projectPage(project, async (context) => ({
    context,
    integration: await getIntegration(context, id),
    activity: may(context, "activity.own").allowed
      ? await listActivity(context, { ...page, integrationId: id })
      : null,
    uses: may(context, "activity.all").allowed ? await listUses(context, id) : null,
  }));
  const base = `/projects/${context.projectId}`;
  const here = `${base}/integrations/${id}`;
  const now = new Date();
  return (
    <>
      <TopBar
        crumbs={[
          { label: context.projectName, href: base },
          { label: "Integrations", href: `${base}/integrations` },
          { label: integration.account, href: here },
          { label: "Activity" },
        ]}
      />
      <Page>
        <PageHead
          title={`Activity of ${integration.account}`}
          facts={
            activity?.isOwnOnly
              ? "What you did with it. Owners and admins see what everybody did."
              : "Who did what with it, and each use of its credential: for which app, by whom, why."
          }
        />
        {activity === null ? (
          <Empty title="You may not read this activity">
            Owners and admins read all of it, members what they did themselves.
          </Empty>
        ) : (
          <div className="grid gap-4">
            <Card>
              <CardHeader
                title="One by one"
                description="What people and deployments did. Rows are never changed or removed."
              />
              {activity.items.length === 0 ? (
                <CardBody className="text-ink-2 text-sm">Nothing yet.</CardBody>
              ) : (
                <ActivityTable
                  items={activity.items}
                  base={base}
                  hasReceipts={may(context, "project.details").allowed}
                  now={now}
                />
              )}
            </Card>
            {activity.nextBefore !== null && (
              <div className="flex justify-center">
                <Button asChild>
                  <Link href={`${here}/activity?before=${activity.nextBefore}`}>Older</Link>
                </Button>
              </div>
            )}
            {uses && <UsesTable uses={uses} now={now} />}
          </div>
        )}
      </Page>
    </>
  );
}
