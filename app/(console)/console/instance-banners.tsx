import type { FormAction } from "@/components/action-form";
import { CardBanner } from "@/components/ui/banner";
import { Time } from "@/components/ui/time";
import type { InstanceView } from "@/lib/instances";
import { InstanceButton } from "./instance-button";

type Props = { instance: InstanceView; now: Date; setEnabled: FormAction; forgetPrevious: FormAction };

/** What is wrong with an instance, the gravest first; each with the button that mends it, where there is one. */
export function InstanceBanners({ instance, now, setEnabled, forgetPrevious }: Props) {
  const { id, name, host, problem, previousSecret, disabledAt } = instance;
  if (disabledAt) {
    return (
      <CardBanner
        tone="warn"
        title="Disabled"
        action={
          <InstanceButton
            action={setEnabled}
            fields={{ id, isEnabled: "true" }}
            busyLabel="Enabling"
            label={`Enable ${name}`}
          >
            Enable
          </InstanceButton>
        }
      >
        Disabled <Time at={disabledAt} now={now} />. Nothing is sent to {host}, and no push deploys through
        it.
      </CardBanner>
    );
  }
  if (problem) {
    return (
      <CardBanner tone="bad" title="Its client is not accepted">
        {problem} Nobody can authorize there, and no token can be checked or taken back. Integrations keep
        what they have.
      </CardBanner>
    );
  }
  if (!previousSecret) return null;
  const forget = (
    <InstanceButton
      action={forgetPrevious}
      fields={{ id }}
      busyLabel="Erasing"
      label={`Erase the secret before of ${name}`}
    >
      Erase the one before
    </InstanceButton>
  );
  const until = <Time at={previousSecret.until} now={now} mode="date" />;
  return previousSecret.isUsed ? (
    <CardBanner tone="warn" title="The new client secret is not accepted" action={forget}>
      {host} takes the one before, which is used until {until} at the latest. Enter the new one again, as{" "}
      {host} shows it.
    </CardBanner>
  ) : (
    <CardBanner tone="warn" title="The new client secret was not used yet" action={forget}>
      The one before is kept until {host} has accepted the new one, until {until} at the latest. Test it.
    </CardBanner>
  );
}
