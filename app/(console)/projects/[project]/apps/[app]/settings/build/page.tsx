import { updateBuild } from "@/app/(console)/projects/[project]/apps/actions";
import { BuildFields } from "@/app/(console)/projects/[project]/apps/build-fields";
import { projectPage } from "@/app/(console)/projects/[project]/project-page";
import { may } from "@/lib/access";
import { getApp } from "@/lib/apps";
import { SettingsForm } from "../settings-form";
import { SettingsScreen } from "../settings-screen";

type Props = { params: Promise<{ project: string; app: string }> };

export const metadata = { title: "Build settings" };

export default async function BuildSettingsPage({ params }: Props) {
  const { project, app: appId } = await params;
  const { context, app } = await projectPage(project, async (context) => ({
    context,
    app: await getApp(context, appId),
  }));
  const allowance = may(context, "app.configure");
  return (
    <SettingsScreen context={context} app={app}>
      <SettingsForm
        projectId={context.projectId}
        appId={app.id}
        updatedAt={app.updatedAt}
        action={updateBuild}
        effect="They apply to the next deployment."
        saved="The next deployment is built this way."
        disabledReason={allowance.allowed ? undefined : allowance.reason}
      >
        <BuildFields defaults={app.build} />
      </SettingsForm>
    </SettingsScreen>
  );
}
