import { Card, CardBody, CardFooter, CardHeader } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { Code } from "@/components/ui/code";
import { CopyButton, CopyField } from "@/components/ui/copy-field";
import type { HookPanelView } from "@/lib/sources";
import { HeardLine } from "./heard-line";
import { HookSecret } from "./hook-secret";

type Props = { panels: HookPanelView[]; projectId: string; refusal: string | undefined; now: Date };

/** How each webhook comes to be at its host: by a person, with what to enter there, or by the console. */
export function HookPanels({ panels, ...rest }: Props) {
  const registered = panels.filter(({ isManual, status }) => !isManual && status !== "registering");
  return (
    <>
      {panels.map((panel) => panel.isManual && <ManualHook key={panel.id} panel={panel} {...rest} />)}
      {registered.length > 0 && <RegisteredHooks panels={registered} {...rest} />}
    </>
  );
}

type One = Omit<Props, "panels"> & { panel: HookPanelView };

function ManualHook({ panel, ...rest }: One) {
  const { how, address, repositoryName } = panel;
  return (
    <Card aria-label={`Webhook of ${repositoryName}`}>
      <CardHeader
        title={`Webhook of ${repositoryName}`}
        description="With it, a push deploys at once. Without it, the console asks the host from time to time."
      />
      <CardBody className="grid gap-4">
        <p className="text-ink-2 text-sm">{how.where}</p>
        {how.script ? (
          <Script text={how.script} label="Copy the script" />
        ) : (
          <Row label={how.addressLabel} copies={address} />
        )}
        <Row label={how.secretLabel}>
          <Secret panel={panel} {...rest} />
        </Row>
        {how.fields.map(({ label, value }) => (
          <Row key={label} label={label}>
            <span className="text-sm sm:pt-1">{value}</span>
          </Row>
        ))}
        {how.call && (
          <>
            <p className="text-ink-2 text-sm">
              From any other script, with the secret in CONSOLE_WEBHOOK_SECRET, once main has moved:
            </p>
            <Script text={how.call} label="Copy the call" isWrapped />
          </>
        )}
        {how.note && <p className="text-ink-3 text-sm">{how.note}</p>}
      </CardBody>
      <CardFooter>
        <HeardLine panel={panel} now={rest.now} />
      </CardFooter>
    </Card>
  );
}

function RegisteredHooks({ panels, ...rest }: Props) {
  return (
    <Card aria-label="Secrets of registered webhooks">
      <CardHeader
        title="Secrets of the registered webhooks"
        description="Sealed; nobody can read them. Change one if it may have leaked: the console tells the host, and takes the old one for another hour."
      />
      <ul className="divide-y divide-line border-line border-t">
        {panels.map((panel) => (
          <li
            key={panel.id}
            className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-5 py-3"
          >
            <span className="min-w-0 break-words font-medium text-sm">{panel.repositoryName}</span>
            <Secret panel={panel} {...rest} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

const Secret = ({ panel, projectId, refusal, now }: One) => (
  <HookSecret
    hookId={panel.id}
    repositoryName={panel.repositoryName}
    label={panel.how.secretLabel}
    isManual={panel.isManual}
    isShown={panel.isShown}
    previousUntil={panel.previousUntil}
    now={now.toISOString()}
    {...{ projectId, refusal }}
  />
);

type RowProps = { label: string; copies?: string; children?: React.ReactNode };

/** What the host calls it at the left, what to enter at the right. */
function Row({ label, copies, children }: RowProps) {
  return (
    <div className="grid gap-1 sm:grid-cols-[184px_minmax(0,1fr)] sm:gap-4">
      <span className="text-ink-3 text-sm sm:pt-1">{label}</span>
      {copies === undefined ? children : <CopyField label={label} value={copies} />}
    </div>
  );
}

type ScriptProps = { text: string; label: string; isWrapped?: boolean };

/** A long line is wrapped, so that it is seen whole; what has lines of its own keeps them. */
function Script({ text, label, isWrapped = false }: ScriptProps) {
  const look = cn("overflow-x-auto p-4 pr-12 text-xs", isWrapped && "whitespace-pre-wrap wrap-anywhere");
  return (
    <div className="relative min-w-0 rounded-note bg-sunken">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard */}
      <pre tabIndex={0} className={look}>
        <Code>{text}</Code>
      </pre>
      <CopyButton value={text} label={label} className="absolute top-2 right-2 bg-sunken" />
    </div>
  );
}
