import type { Metadata } from "next";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Empty } from "@/components/ui/empty";
import { PageHead } from "@/components/ui/page-head";
import { may } from "@/lib/access";
import { getAllowList, getIntegration } from "@/lib/integrations";
import { projectPage } from "../../../project-page";
import { AllowListForm } from "./allow-list-form";

export const metadata: Metadata = { title: "Allowed repositories" };

type Props = { params: Promise<{ project: string; integration: string }> };

/** Which repositories apps may use through an integration. */
export default async function RepositoriesPage({ params }: Props) {
  const { project, integration: id } = await params;
  const { context, integration, list } = await projectPage(project, async (context) => ({
    context,
    integration: await getIntegration(context, id),
    list: may(context, "project.details").allowed ? await getAllowList(context, id) : null,
  }));
  const base = `/projects/${context.projectId}`;
  const manage = may(context, "integration.manage");
  return (
    <>
      <TopBar
        crumbs={[
          { label: context.projectName, href: base },
          { label: "Integrations", href: `${base}/integrations` },
          { label: integration.account, href: `${base}/integrations/${id}` },
          { label: "Allowed repositories" },
        ]}
      />
      <Page>
        <PageHead
          title="Allowed repositories"
          facts={`What apps of ${context.projectName} may use of what ${integration.account} reaches at ${integration.host}.`}
        />
        {list ? (
          <AllowListForm
            list={list}
            projectId={context.projectId}
            refusal={manage.allowed ? undefined : manage.reason}
          />
        ) : (
          <Empty title="You may not read this list">Members, admins and owners see it.</Empty>
        )}
      </Page>
    </>
  );
}
