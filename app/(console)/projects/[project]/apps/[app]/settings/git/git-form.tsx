"use client";

import { updateGit } from "@/app/(console)/projects/[project]/apps/actions";
import { type IntegrationOption, SourceFields } from "@/app/(console)/projects/[project]/apps/source-fields";
import { FormRow } from "@/components/ui/field";
import { Switch } from "@/components/ui/switch";
import type { SavedGit } from "@/lib/apps";
import type { SourceView } from "@/lib/apps/views";
import { SettingsForm } from "../settings-form";

type Props = {
  projectId: string;
  appId: string;
  updatedAt: string;
  branch: string;
  integrations: IntegrationOption[];
  source: SourceView | null;
  disabledReason: string | undefined;
};

export function GitForm({
  projectId,
  appId,
  updatedAt,
  branch,
  integrations,
  source,
  disabledReason,
}: Props) {
  const usable = integrations.find((one) => !one.problem);
  const integrationId = source?.integration?.id ?? usable?.id ?? "";
  if (integrationId === "") {
    return (
      <p className="text-ink-2 text-sm">
        This project has no integration that works. Connect one under Integrations, then choose the source
        here.
      </p>
    );
  }
  return (
    <SettingsForm
      projectId={projectId}
      appId={appId}
      updatedAt={updatedAt}
      action={updateGit}
      effect="What is live stays until the next deployment."
      saved={savedSentence}
      unsaved={source?.integration ? undefined : ["Integration"]}
      disabledReason={disabledReason}
    >
      <SourceFields
        projectId={projectId}
        integrations={integrations}
        defaults={{
          integrationId,
          branch,
          rootDirectory: source?.rootDirectory,
          repository: source
            ? {
                externalId: source.repositoryExternalId,
                fullName: source.repositoryName,
                defaultBranch: branch,
              }
            : undefined,
        }}
      />
      <FormRow label="Auto-deploy" group>
        <Switch
          name="autoDeploy"
          label={`Deploy every push${branch ? ` to ${branch}` : ""}`}
          hint="Off: pushes are listed with their verdict, and you deploy by hand."
          defaultChecked={source?.autoDeploy ?? true}
        />
      </FormRow>
    </SettingsForm>
  );
}

/** What happens next, and what to press where nothing does by itself. */
function savedSentence({ deployment, canDeployNow, autoDeploy }: SavedGit): string {
  if (deployment !== null) {
    return `Deployment ${deployment} takes the place of what was still queued from the old source.`;
  }
  const next = autoDeploy ? "The next push to this branch deploys" : "Pushes are listed and not deployed";
  return canDeployNow ? `${next}; Redeploy deploys its latest commit now.` : `${next}.`;
}
