import { projectPage } from "@/app/(console)/projects/[project]/project-page";
import { Card } from "@/components/ui/card";
import { TextLink } from "@/components/ui/link";
import { getApp } from "@/lib/apps";
import { listDeployments } from "@/lib/deployments";
import { AppScreen } from "../app-screen";
import { DeploymentTable } from "../deployment-table";

type Props = {
  params: Promise<{ project: string; app: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export const metadata = { title: "Deployments" };

const PER_PAGE = 25;

export default async function Deployments({ params, searchParams }: Props) {
  const { project, app: appId } = await params;
  const before = wholeNumber((await searchParams).before);
  const { context, app, page } = await projectPage(project, async (context) => ({
    context,
    app: await getApp(context, appId),
    page: await listDeployments(context, appId, { limit: PER_PAGE, ...(before ? { before } : {}) }),
  }));
  const base = `/projects/${context.projectId}/apps/${app.id}`;
  return (
    <AppScreen context={context} app={app} crumb="Deployments">
      <Card className="pt-1">
        <DeploymentTable rows={page.items} base={base} now={new Date().toISOString()} />
      </Card>
      {(before !== undefined || page.nextBefore !== null) && (
        <nav aria-label="Pages" className="mt-4 flex items-center justify-between gap-4 text-ink-3 text-sm">
          <span>{page.total} in all</span>
          <span className="flex gap-4">
            {before !== undefined && <TextLink href={`${base}/deployments`}>Newest</TextLink>}
            {page.nextBefore !== null && (
              <TextLink href={`${base}/deployments?before=${page.nextBefore}`}>Older</TextLink>
            )}
          </span>
        </nav>
      )}
    </AppScreen>
  );
}

function wholeNumber(value: string | string[] | undefined): number | undefined {
  const number = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : 0;
  return number > 0 ? number : undefined;
}
