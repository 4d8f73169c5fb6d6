import { CardFooter } from "@/components/ui/card";
import type { IntegrationDetail } from "@/lib/integrations";
import { AccessChoices } from "../access-choices";
import { beginAuthorization } from "../actions";
import { ConnectButton } from "../connect-button";

type Props = { integration: IntegrationDetail; projectId: string; refusal: string | undefined };

/** Asking for more, or for less, than before: a re-authorization with another choice. */
export function ChangeAccess({ integration, projectId, refusal }: Props) {
  const { details, instanceId, providerName } = integration;
  if (!details || !instanceId || details.choices.length < 2) return null;
  const chosen = details.choices.find(({ id }) => id === details.choice);
  return (
    <CardFooter className="block">
      <details>
        <summary className="w-fit cursor-pointer rounded-tag font-medium text-accent hover:underline">
          Ask for more or less
        </summary>
        <div className="mt-4 grid max-w-xl gap-3">
          <p>
            Asked for now: {chosen?.name ?? "other scopes"}. What another choice would change is listed before
            anything does.
          </p>
          <ConnectButton
            action={beginAuthorization}
            projectId={projectId}
            instanceId={instanceId}
            integrationId={integration.id}
            providerName={providerName}
            refusal={refusal}
            before={
              <AccessChoices id="change" choices={details.choices} chosen={details.choice ?? undefined} />
            }
          >
            Ask {providerName}
          </ConnectButton>
        </div>
      </details>
    </CardFooter>
  );
}
