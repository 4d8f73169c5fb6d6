import Link from "next/link";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { may, type ProjectContext } from "@/lib/access";
import type { IncidentView } from "@/lib/integrations";
import { settle } from "./incidents/actions";
import { SettleButton } from "./settle-button";

type Props = { context: ProjectContext; incidents: readonly IncidentView[] };

/** What needs somebody, what it means, and the way to the one button that mends it. Each goes when the fact goes. */
export function IncidentBanners({ context, incidents }: Props) {
  if (incidents.length === 0) return null;
  const allowance = may(context, "integration.manage");
  const refusal = allowance.allowed ? undefined : allowance.reason;
  return (
    <section aria-label="Needs somebody" className="mb-8 grid gap-3">
      {incidents.map((incident, index) => (
        <Banner
          key={incident.id}
          tone="warn"
          title={incident.title}
          action={
            <Mend incident={incident} projectId={context.projectId} refusal={refusal} isFirst={index === 0} />
          }
        >
          {incident.sentence}
          {incident.apps.length > 0 && ` Used by ${incident.apps.map(({ name }) => name).join(", ")}.`}
          {refusal && " Ask an owner or admin."}
        </Banner>
      ))}
    </section>
  );
}

type MendProps = {
  incident: IncidentView;
  projectId: string;
  refusal: string | undefined;
  isFirst: boolean;
};

function Mend({ incident: { id, kind, integrationId, isEntered }, projectId, refusal, isFirst }: MendProps) {
  if (kind === "cleanup_gave_up") {
    return <SettleButton action={settle} fields={{ projectId, incidentId: id }} refusal={refusal} />;
  }
  const integrations = `/projects/${projectId}/integrations`;
  return (
    <Button asChild variant={isFirst ? "primary" : "secondary"} disabledReason={refusal}>
      {isEntered ? (
        <Link href={`${integrations}/${integrationId}/credentials`}>Edit credentials</Link>
      ) : (
        <Link href={integrations}>Re-authorize</Link>
      )}
    </Button>
  );
}
