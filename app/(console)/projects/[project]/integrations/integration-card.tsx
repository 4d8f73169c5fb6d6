import { RotateCw } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { ProviderMark } from "@/components/provider-mark";
import { Address } from "@/components/ui/address";
import { CardBanner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { IntegrationStatus } from "@/components/ui/status";
import { Time } from "@/components/ui/time";
import type { IntegrationView } from "@/lib/integrations";
import { beginAuthorization } from "./actions";
import { ConnectButton } from "./connect-button";
import { EditCredentials } from "./edit-credentials";
import { PauseButton } from "./pause-button";

type Props = {
  integration: IntegrationView;
  projectId: string;
  now: Date;
  isFresh: boolean;
  /** At most one main button on a screen. */
  isFirstBroken: boolean;
  refusal: string | undefined;
};

/** One connected account; what is wrong with it comes first, with the button that mends it. */
export function IntegrationCard({ integration, projectId, now, isFresh, isFirstBroken, refusal }: Props) {
  const { id, account, provider, providerName, host, status, usedBy, lastUsedAt } = integration;
  const href = `/projects/${projectId}/integrations/${id}`;
  return (
    <Card as="li" fresh={isFresh} id={id}>
      {integration.instanceProblem && (
        <CardBanner tone="warn" title={`${host} is disabled`}>
          {integration.instanceProblem}
        </CardBanner>
      )}
      {integration.action === "reauthorize" && !integration.instanceProblem && (
        <CardBanner
          tone="warn"
          title={integration.isExpiring ? "Expires soon" : "Needs re-authorization"}
          shape={integration.isExpiring ? "clock" : undefined}
          action={<Mend {...{ integration, projectId, refusal }} isMain={isFirstBroken} />}
        >
          <Told integration={integration} now={now} />
        </CardBanner>
      )}
      <div className="grid items-start gap-x-6 gap-y-3 p-5 lg:grid-cols-[minmax(0,2.2fr)_minmax(0,1.3fr)_minmax(0,1fr)_minmax(0,1.4fr)_minmax(0,1fr)_auto]">
        <div className="flex min-w-0 items-center gap-4">
          <ProviderMark provider={provider} kind={integration.hostKind} />
          <div className="min-w-0">
            <h3 className="wrap-anywhere font-semibold text-base">
              <Link href={href} className="hover:underline">
                <Address>{account}</Address>
              </Link>
            </h3>
            <p className="truncate text-ink-3 text-sm">
              {providerName} · {host}
            </p>
          </div>
        </div>
        <dl className="contents text-sm">
          <Fact label="Used by">{usedBy.map(({ name }) => name).join(", ") || "No app yet"}</Fact>
          <Fact label="Last used">{lastUsedAt ? <Time at={lastUsedAt} now={now} /> : "Never"}</Fact>
          <Fact label="Authorized by">
            {integration.authorizedBy ?? "Somebody who left"},{" "}
            <Time at={integration.authorizedAt} now={now} mode="date" />
          </Fact>
        </dl>
        {isStatusShown(integration) ? (
          <p className="flex items-center justify-between gap-4 lg:pt-2">
            <span aria-hidden="true" className="text-ink-3 text-xs lg:hidden">
              Status
            </span>
            <IntegrationStatus status={status} />
          </p>
        ) : (
          <span className="hidden lg:block" />
        )}
        <Button asChild size="sm">
          <Link href={href} aria-label={`Manage ${account}`}>
            Manage
          </Link>
        </Button>
        {(status === "degraded" || status === "paused") && (
          <div className="grid items-center justify-between gap-3 sm:flex lg:col-span-full lg:pl-[52px]">
            <p className="text-ink-2 text-sm">
              <Told integration={integration} now={now} />
            </p>
            {status === "paused" && (
              <PauseButton projectId={projectId} integration={integration} size="sm" refusal={refusal} />
            )}
          </div>
        )}
      </div>
    </Card>
  );
}

/** A banner says it instead; and nothing works at a disabled instance, whatever its status was. */
const isStatusShown = ({ action, instanceProblem, status }: IntegrationView): boolean =>
  action === null && (instanceProblem === null || status === "paused");

/** What is the matter, and since when or until when. */
function Told({
  integration: { sentence, status, isExpiring, endsAt, since },
  now,
}: {
  integration: IntegrationView;
  now: Date;
}) {
  if (!isExpiring) {
    return (
      <>
        {sentence} {status === "paused" ? "Paused" : "Noticed"} <Time at={since} now={now} />.
      </>
    );
  }
  return (
    <>
      {sentence}
      {endsAt && (
        <>
          {" "}
          It ends <Time at={endsAt} now={now} />.
        </>
      )}
    </>
  );
}

type MendProps = Pick<Props, "integration" | "projectId" | "refusal"> & { isMain: boolean };

/** The button that mends it: a handshake, or another credential to enter. */
function Mend({ integration, projectId, refusal, isMain }: MendProps) {
  const { id, instanceId, providerName } = integration;
  if (integration.isEntered)
    return <EditCredentials integrationId={id} {...{ projectId, isMain, refusal }} />;
  if (!instanceId) return null;
  return (
    <ConnectButton
      action={beginAuthorization}
      projectId={projectId}
      instanceId={instanceId}
      integrationId={id}
      providerName={providerName}
      variant={isMain ? "primary" : "secondary"}
      refusal={refusal}
    >
      <RotateCw aria-hidden />
      Re-authorize
    </ConnectButton>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 items-baseline justify-between gap-4 lg:grid lg:gap-0.5">
      <dt className="shrink-0 text-ink-3 text-xs">{label}</dt>
      <dd className="min-w-0 truncate text-right tabular-nums lg:text-left">{children}</dd>
    </div>
  );
}
