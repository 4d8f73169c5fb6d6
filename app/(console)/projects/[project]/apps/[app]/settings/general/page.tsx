import { updateGeneral } from "@/app/(console)/projects/[project]/apps/actions";
import { CopyField } from "@/components/ui/copy-field";
import { FormRow } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { SettingsForm } from "../settings-form";
import { type SettingsProps, settingsPage } from "../settings-page";
import { SettingsScreen } from "../settings-screen";

export const metadata = { title: "General settings" };

export default async function GeneralSettings(props: SettingsProps) {
  const { context, app, disabledReason } = await settingsPage(props);
  return (
    <SettingsScreen context={context} app={app}>
      <SettingsForm
        projectId={context.projectId}
        appId={app.id}
        updatedAt={app.updatedAt}
        action={updateGeneral}
        effect="The address stays as it is."
        saved="The app has its new name."
        disabledReason={disabledReason}
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
