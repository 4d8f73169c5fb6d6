import type { ReactNode } from "react";
import { Segments } from "@/components/ui/segmented";
import type { ProjectContext } from "@/lib/access";
import type { AppView } from "@/lib/apps";
import { AppScreen } from "../app-screen";

type Props = { context: ProjectContext; app: AppView; children: ReactNode };

export function SettingsScreen({ context, app, children }: Props) {
  const base = `/projects/${context.projectId}/apps/${app.id}/settings`;
  return (
    <AppScreen context={context} app={app} crumb="Settings">
      <div className="mb-4">
        <Segments
          label="Settings"
          items={[
            { href: `${base}/general`, label: "General" },
            { href: `${base}/build`, label: "Build" },
            { href: `${base}/git`, label: "Git" },
          ]}
        />
      </div>
      {children}
    </AppScreen>
  );
}
