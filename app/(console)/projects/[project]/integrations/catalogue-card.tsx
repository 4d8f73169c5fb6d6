import type { ReactNode } from "react";
import { ProviderMark } from "@/components/provider-mark";
import { Card } from "@/components/ui/card";
import { CopyField } from "@/components/ui/copy-field";
import { TextLink } from "@/components/ui/link";
import { Note } from "@/components/ui/note";
import type { CatalogueEntry } from "@/lib/integrations";
import { AccessChoices } from "./access-choices";
import { beginAuthorization } from "./actions";
import { ConnectButton } from "./connect-button";

type Props = {
  entry: CatalogueEntry;
  projectId: string;
  /** Why this person may not connect anything. */
  refusal: string | undefined;
  isPrimary: boolean;
};

/** One service: what it enables, what it asks for, what that really permits, and what is missing. */
export function CatalogueCard({ entry, projectId, refusal, isPrimary }: Props) {
  const blocked = entry.isReady ? refusal : (entry.problem ?? "It is not set up yet.");
  return (
    <Card as="li" className="flex flex-col gap-4 p-5">
      <div className="flex items-center gap-3">
        <ProviderMark provider={entry.provider} />
        <div className="min-w-0">
          <h3 className="truncate font-semibold text-base">{entry.name}</h3>
          <p className="truncate text-ink-3 text-sm">{entry.host}</p>
        </div>
      </div>
      <p className="border-line border-b pb-4 text-ink-2 text-sm">{entry.enables}</p>
      {entry.clientType === "github_app" && <AppPermissions />}
      {entry.problem && <Missing entry={entry} problem={entry.problem} />}
      <div className="flex grow flex-col">
        <ConnectButton
          className={entry.choices.length > 0 ? "grow content-between" : "mt-auto"}
          action={beginAuthorization}
          projectId={projectId}
          instanceId={entry.instanceId}
          providerName={entry.name}
          variant={isPrimary ? "primary" : "secondary"}
          refusal={blocked}
          before={entry.choices.length > 0 && <AccessChoices id={entry.instanceId} choices={entry.choices} />}
        >
          {entry.connected > 0 ? "Connect another account" : "Connect"}
        </ConnectButton>
        {refusal && <p className="mt-2 text-ink-3 text-sm">{refusal}</p>}
      </div>
    </Card>
  );
}

function AppPermissions() {
  return (
    <dl className="grid gap-3 text-sm">
      <Term label="Asks for">The permissions of its GitHub App</Term>
      <Term label="What that permits">
        What the app was registered for, in the repositories that each account installs it on. The provider's
        own page lists both before you agree.
      </Term>
    </dl>
  );
}

function Term({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-0.5">
      <dt className="text-ink-3 text-xs">{label}</dt>
      <dd className="text-ink-2">{children}</dd>
    </div>
  );
}

/** Everybody reads what is missing; an instance admin reads how to mend it. */
function Missing({ entry, problem }: { entry: CatalogueEntry; problem: string }) {
  return (
    <Note>
      <p>{problem}</p>
      {entry.callbackUrl && (
        <div className="mt-3 grid gap-2">
          <p>Register it with this callback address:</p>
          <CopyField value={entry.callbackUrl} label="callback address" />
          <p>
            <TextLink href="/console">Open This instance</TextLink> to enter its client id and secret.
          </p>
        </div>
      )}
    </Note>
  );
}
