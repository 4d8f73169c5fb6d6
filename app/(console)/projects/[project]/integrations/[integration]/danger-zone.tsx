import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import type { IntegrationDetail, RemovalImpact } from "@/lib/integrations";
import { removeIntegration } from "../actions";
import { consequencesOf, staysOf } from "./consequences";
import { RemoveDialog } from "./remove-dialog";

type Props = {
  integration: IntegrationDetail;
  projectId: string;
  projectName: string;
  /** Null for a role that may not remove it. */
  impact: RemovalImpact | null;
  refusal: string | undefined;
};

export function DangerZone({ integration, projectId, projectName, impact, refusal }: Props) {
  const { account, providerName } = integration;
  return (
    <Card className="flex flex-wrap items-center justify-between gap-4 p-5">
      <div className="min-w-0">
        <h2 className="font-semibold text-base">Remove this integration</h2>
        <p className="text-ink-2 text-sm">
          {refusal ??
            `Acts at once: apps are disconnected, webhooks deleted and the token ${integration.isEntered ? "erased here" : `revoked at ${providerName}`}.`}
        </p>
      </div>
      {impact ? (
        <RemoveDialog
          action={removeIntegration}
          fields={{ projectId, integrationId: integration.id }}
          account={account}
          projectName={projectName}
          consequences={consequencesOf(impact, providerName)}
          stays={staysOf(impact)}
        />
      ) : (
        <Button variant="dangerEntry" disabledReason={refusal}>
          Remove…
        </Button>
      )}
    </Card>
  );
}
