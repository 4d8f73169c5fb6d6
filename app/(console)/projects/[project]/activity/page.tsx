import type { Metadata } from "next";
import Link from "next/link";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { PageHead } from "@/components/ui/page-head";
import { may } from "@/lib/access";
import { type ActivityPage as Activity, listActivity } from "@/lib/projects";
import { projectPage } from "../project-page";
import { ActivityTable } from "./activity-table";

export const metadata: Metadata = { title: "Activity" };

type Props = {
  params: Promise<{ project: string }>;
  searchParams: Promise<{ before?: string | string[] }>;
};

export default async function ActivityPage({ params, searchParams }: Props) {
  const { project } = await params;
  const before = Number((await searchParams).before);
  const { context, activity } = await projectPage(project, async (context) => ({
    context,
    activity: may(context, "activity.own").allowed
      ? await listActivity(context, Number.isSafeInteger(before) && before > 0 ? { before } : {})
      : null,
  }));
  const base = `/projects/${context.projectId}`;
  return (
    <>
      <TopBar crumbs={[{ label: context.projectName, href: base }, { label: "Activity" }]} />
      <Page>
        <PageHead title="Activity" facts={facts(activity)} />
        {activity === null ? (
          <Empty title="You may not read the activity of this project">
            Owners and admins read all of it, members what they did themselves.
          </Empty>
        ) : (
          <Rows activity={activity} base={base} hasReceipts={may(context, "project.details").allowed} />
        )}
      </Page>
    </>
  );
}

function facts(activity: Activity | null): string {
  if (activity === null) return "Who did what in this project.";
  if (activity.isOwnOnly) return "What you did in this project. Owners and admins see what everybody did.";
  return "Who did what in this project, and each use of a credential. Rows are never changed or removed.";
}

type RowsProps = { activity: Activity; base: string; hasReceipts: boolean };

function Rows({ activity, base, hasReceipts }: RowsProps) {
  if (activity.items.length === 0) {
    return <Empty title="Nothing yet">What you do in this project is listed here from now on.</Empty>;
  }
  return (
    <>
      <Card as="div">
        <ActivityTable items={activity.items} now={new Date()} {...{ base, hasReceipts }} />
      </Card>
      {activity.nextBefore !== null && (
        <div className="mt-4 flex justify-center">
          <Button asChild>
            <Link href={`${base}/activity?before=${activity.nextBefore}`}>Older</Link>
          </Button>
        </div>
      )}
    </>
  );
}
