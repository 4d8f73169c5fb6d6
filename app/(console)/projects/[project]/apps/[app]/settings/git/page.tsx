import { toIntegrationOptions } from "@/app/(console)/projects/[project]/apps/integration-options";
import { Columns } from "@/components/shell/page";
import { Panel } from "@/components/ui/card";
import { Facts } from "@/components/ui/key-value";
import { ExternalLink } from "@/components/ui/link";
import { Status } from "@/components/ui/status";
import { may } from "@/lib/access";
import type { AppView, SourceView } from "@/lib/apps";
import { listIntegrations } from "@/lib/integrations";
import { listHookPanels } from "@/lib/sources";
import { HookPanels } from "../../../../webhooks/hook-panels";
import { type SettingsProps, settingsPage } from "../settings-page";
import { SettingsScreen } from "../settings-screen";
import { GitForm } from "./git-form";

export const metadata = { title: "Git settings" };

export default async function GitSettings(props: SettingsProps) {
  const { context, app, disabledReason } = await settingsPage(props);
  const integrations = toIntegrationOptions(await listIntegrations(context));
  const isDetailed = may(context, "project.details").allowed;
  const panels = isDetailed ? await listHookPanels(context, { appId: app.id }) : [];
  const managing = may(context, "integration.manage");
  return (
    <SettingsScreen context={context} app={app}>
      <Columns side={<SourceNow app={app} />}>
        <div className="grid gap-4">
          <GitForm
            projectId={context.projectId}
            appId={app.id}
            branch={app.source?.branch ?? ""}
            key={app.source?.integration?.id ?? "disconnected"}
            updatedAt={app.updatedAt}
            integrations={integrations}
            source={app.source}
            disabledReason={disabledReason}
          />
          <HookPanels
            panels={panels.filter(({ isManual }) => isManual)}
            projectId={context.projectId}
            refusal={managing.allowed ? undefined : managing.reason}
            now={new Date()}
          />
        </div>
      </Columns>
    </SettingsScreen>
  );
}

const modes: Record<
  SourceView["listening"]["mode"],
  { shape: "check" | "degraded" | "attention"; tone: "ok" | "idle" | "warn"; word: string }
> = {
  hook: { shape: "check", tone: "ok", word: "Delivering" },
  polling: { shape: "degraded", tone: "idle", word: "Polled" },
  none: { shape: "attention", tone: "warn", word: "Not listening" },
};

function SourceNow({ app }: { app: AppView }) {
  const { source } = app;
  if (!source) return null;
  const mode = modes[source.listening.mode];
  return (
    <Panel title="Source now">
      <Facts
        items={[
          {
            label: "Repository",
            value: <ExternalLink href={source.repositoryUrl}>{source.repositoryName}</ExternalLink>,
          },
          { label: "Branch", value: source.branch },
          { label: "Through", value: source.integration?.account ?? "nothing: disconnected" },
          {
            label: "Pushes",
            value: (
              <Status shape={mode.shape} tone={mode.tone}>
                {mode.word}
              </Status>
            ),
          },
        ]}
      />
      <p className="mt-3 border-line border-t pt-3 text-ink-3 text-sm">{source.listening.sentence}</p>
      <p className="mt-2 text-ink-3 text-sm">
        Changing the repository keeps what is live. The next push to the new branch replaces it.
      </p>
    </Panel>
  );
}
