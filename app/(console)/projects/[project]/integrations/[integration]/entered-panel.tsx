import { Address } from "@/components/ui/address";
import { Panel } from "@/components/ui/card";
import { Facts } from "@/components/ui/key-value";
import { ExternalLink } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import type { IntegrationDetail } from "@/lib/integrations";

type Entered = NonNullable<NonNullable<IntegrationDetail["details"]>["entered"]>;
type Props = { integration: IntegrationDetail; entered: Entered; now: Date };

/** What a person entered to reach a host. What is secret of it is shown as what it is: sealed. */
export function EnteredPanel({ integration, entered, now }: Props) {
  const { authority, hasCredentials } = entered;
  const sealed = hasCredentials ? "Sealed. Nobody can read it." : "None: read as everybody may";
  return (
    <Panel title="Host">
      <Facts
        items={[
          { label: "Kind", value: integration.providerName },
          {
            label: "Address",
            value: (
              <span className="wrap-anywhere font-mono">
                <Address>{entered.address}</Address>
              </span>
            ),
          },
          {
            label: "Trusted",
            value: authority ? (
              <>
                {authority.name}, until <Time at={authority.validTo} now={now} mode="date" />
              </>
            ) : (
              "The usual authorities"
            ),
          },
          { label: "User name", value: sealed },
          { label: "Token", value: sealed },
          { label: "Entered by", value: integration.authorizedBy ?? "Somebody who left" },
          { label: "Entered", value: <Time at={integration.authorizedAt} now={now} mode="date" /> },
        ]}
      />
      {hasCredentials && (
        <p className="mt-3 text-sm">
          <ExternalLink href={entered.tokensUrl}>
            Renew or revoke the token at {integration.host}
          </ExternalLink>
        </p>
      )}
    </Panel>
  );
}
