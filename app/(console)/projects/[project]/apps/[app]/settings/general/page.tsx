import { updateGeneral } from "@/app/(console)/projects/[project]/apps/actions";
import { projectPage } from "@/app/(console)/projects/[project]/project-page";
import { CopyField } from "@/components/ui/copy-field";
import { FormRow } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { may } from "@/lib/access";
import { getApp } from "@/lib/apps";
import { SettingsForm } from "../settings-form";
import { SettingsScreen } from "../settings-screen";

type Props = { params: Promise<{ project: string; app: string }> };

export const metadata = { title: "General settings" };

export default async function GeneralSettings({ params }: Props) {
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
        action={updateGeneral}
        effect="The address stays as it is."
        saved="The app has its new name."
        disabledReason={allowance.allowed ? undefined : allowance.reason}
      >
        <FormRow label="Name" name="name" hint="Unique in this project">
          <Input defaultValue={app.name} maxLength={40} autoComplete="off" />
        </FormRow>
        <FormRow label="Address" hint="Chosen when the app was created" group>
          <CopyField label="Address" value={app.siteUrl} />
        </FormRow>
      </SettingsForm>
    </SettingsScreen>
  );
}
