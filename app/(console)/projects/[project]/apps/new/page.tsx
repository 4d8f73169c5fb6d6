import Link from "next/link";
import { projectPage } from "@/app/(console)/projects/[project]/project-page";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { PageHead } from "@/components/ui/page-head";
import { may, type ProjectContext } from "@/lib/access";
import { listIntegrations } from "@/lib/integrations";
import { toIntegrationOptions } from "../integration-options";
import { NewAppForm } from "./new-app-form";

type Props = {
  params: Promise<{ project: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

export const metadata = { title: "New app" };

export default async function NewApp({ params, searchParams }: Props) {
  const { project } = await params;
  const { integration } = await searchParams;
  const { context, integrations } = await projectPage(project, async (context) => ({
    context,
    integrations: toIntegrationOptions(await listIntegrations(context)),
  }));
  const preferred = integrations.find((one) => one.id === integration && !one.problem);
  const usable = preferred ?? integrations.find((one) => !one.problem);
  const allowance = may(context, "app.create");
  return (
    <>
      <TopBar
        crumbs={[
          { label: context.projectName, href: `/projects/${context.projectId}` },
          { label: "New app" },
        ]}
      />
      <Page>
        <PageHead
          title="New app"
          facts="Choose what it follows and how it is built. The first deployment starts by itself."
        />
        {usable ? (
          <NewAppForm
            projectId={context.projectId}
            integrations={integrations}
            integrationId={usable.id}
            disabledReason={allowance.allowed ? undefined : allowance.reason}
          />
        ) : (
          <NothingToUse context={context} hasBroken={integrations.length > 0} />
        )}
      </Page>
    </>
  );
}

function NothingToUse({ context, hasBroken }: { context: ProjectContext; hasBroken: boolean }) {
  return (
    <Empty
      title={hasBroken ? "No integration works right now" : "Connect a service first"}
      action={
        <Button asChild>
          <Link href={`/projects/${context.projectId}/integrations`}>Open Integrations</Link>
        </Button>
      }
    >
      {hasBroken
        ? "Every integration of this project needs somebody. Mend one, then create the app."
        : "An app takes its code from an integration of its project. Once one is connected, every app may use it."}
    </Empty>
  );
}
