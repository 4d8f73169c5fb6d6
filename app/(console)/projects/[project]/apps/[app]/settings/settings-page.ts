import { projectPage } from "@/app/(console)/projects/[project]/project-page";
import { may } from "@/lib/access";
import { getApp } from "@/lib/apps";

export type SettingsProps = { params: Promise<{ project: string; app: string }> };

/** What every segment of an app's settings shows: the app, and why this person may not change it. */
export async function settingsPage({ params }: SettingsProps) {
  const { project, app } = await params;
  return projectPage(project, async (context) => {
    const allowance = may(context, "app.configure");
    return {
      context,
      app: await getApp(context, app),
      disabledReason: allowance.allowed ? undefined : allowance.reason,
    };
  });
}
