import { updateBuild } from "@/app/(console)/projects/[project]/apps/actions";
import { BuildFields } from "@/app/(console)/projects/[project]/apps/build-fields";
import { SettingsForm } from "../settings-form";
import { type SettingsProps, settingsPage } from "../settings-page";
import { SettingsScreen } from "../settings-screen";

export const metadata = { title: "Build settings" };

export default async function BuildSettingsPage(props: SettingsProps) {
  const { context, app, disabledReason } = await settingsPage(props);
  return (
    <SettingsScreen context={context} app={app}>
      <SettingsForm
        projectId={context.projectId}
        appId={app.id}
        updatedAt={app.updatedAt}
        action={updateBuild}
        effect="They apply to the next deployment."
        saved="The next deployment is built this way."
        disabledReason={disabledReason}
      >
        <BuildFields defaults={app.build} />
      </SettingsForm>
    </SettingsScreen>
  );
}
