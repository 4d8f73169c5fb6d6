import { Cpu } from "lucide-react";
import { Avatar } from "@/components/ui/avatar";
import { Panel } from "@/components/ui/card";
import { Facts } from "@/components/ui/key-value";
import { TextLink } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import type { ActivityItem, IntegrationDetail } from "@/lib/integrations";

type Details = NonNullable<IntegrationDetail["details"]>;

/** Whose account it is. The token is shown as what it is: sealed. */
export function AccountPanel({
  integration,
  details,
  base,
  now,
}: {
  integration: IntegrationDetail;
  details: Details;
  base: string;
  now: Date;
}) {
  const { allowed } = details;
  return (
    <Panel title="Account">
      <Facts
        items={[
          { label: "Account", value: `${integration.account} (id ${details.accountId})` },
          { label: "Client", value: details.clientType === "github_app" ? "GitHub App" : "OAuth app" },
          { label: "Authorized by", value: integration.authorizedBy ?? "Somebody who left" },
          { label: "Authorized", value: <Time at={integration.authorizedAt} now={now} mode="date" /> },
          {
            label: "Allowed here",
            value: (
              <>
                {allowed === null
                  ? "All it reaches"
                  : `${allowed} ${allowed === 1 ? "repository" : "repositories"}`}{" "}
                <TextLink
                  href={`${base}/integrations/${integration.id}/repositories`}
                  aria-label="Allowed repositories"
                >
                  Edit
                </TextLink>
              </>
            ),
          },
          { label: "Token", value: tokenOf(integration) },
        ]}
      />
    </Panel>
  );
}

const tokenOf = ({ reason }: IntegrationDetail): string =>
  reason === "instance_changed" ? "Erased. There is none." : "Sealed. Nobody can read it.";

/** The latest of what was done with it. */
export function ActivityPanel({ items, href, now }: { items: ActivityItem[]; href: string; now: Date }) {
  if (items.length === 0) return null;
  return (
    <Panel title="Recent activity" actions={<TextLink href={href}>All</TextLink>}>
      <ol className="grid gap-4">
        {items.map(({ id, at, who, isPerson, sentence }) => (
          <li key={id} className="flex gap-3 text-sm">
            {isPerson ? (
              <Avatar name={who} size={20} />
            ) : (
              <Cpu aria-hidden className="mt-0.5 size-5 shrink-0 text-ink-3" />
            )}
            <div className="min-w-0">
              <p>
                {who} {sentence}
              </p>
              <p className="text-ink-3 text-xs">
                <Time at={at} now={now} />
              </p>
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
