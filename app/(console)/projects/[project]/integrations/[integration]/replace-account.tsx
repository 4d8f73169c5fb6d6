import { UserRoundPen } from "lucide-react";
import { Card } from "@/components/ui/card";
import type { IntegrationDetail } from "@/lib/integrations";
import { beginAuthorization } from "../actions";
import { ConnectButton } from "../connect-button";

type Props = { integration: IntegrationDetail; projectId: string; refusal: string | undefined };

/** For when a person leaves: another account takes the place of this one, and the apps notice nothing. */
export function ReplaceAccount({ integration, projectId, refusal }: Props) {
  const { account, providerName, instanceId } = integration;
  if (!instanceId) return null;
  return (
    <Card className="flex flex-wrap items-center justify-between gap-4 p-5">
      <div className="min-w-0 flex-1 basis-72">
        <h2 className="font-semibold text-base">Hand over to another account</h2>
        <p className="text-ink-2 text-sm">
          {refusal ??
            `Another ${providerName} account takes the place of ${account}. Apps, webhooks and history stay; what the other account cannot reach is listed before anything changes.`}
        </p>
      </div>
      <ConnectButton
        action={beginAuthorization}
        projectId={projectId}
        instanceId={instanceId}
        integrationId={integration.id}
        extra={{ isReplacement: "yes" }}
        providerName={providerName}
        refusal={refusal}
      >
        <UserRoundPen aria-hidden />
        Replace account…
      </ConnectButton>
    </Card>
  );
}
