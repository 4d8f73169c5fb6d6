"use client";

import { Link2 } from "lucide-react";
import { useActionState, useId, useState } from "react";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { Form, FormMessage } from "@/components/ui/form";
import { Note } from "@/components/ui/note";
import { SubmitButton } from "@/components/ui/submit-button";
import { Time } from "@/components/ui/time";
import type { RestorableView, Restored } from "@/lib/integrations";
import { restoreApps } from "./actions";

type Props = {
  restorable: RestorableView;
  projectId: string;
  now: Date;
  variant: "primary" | "secondary";
  refusal: string | undefined;
};

type Answer = { ok: true; value: Restored } | { ok: false; message: string };

/** Offers to reconnect the apps that lost this account, all at once or some of them; says which it does not reach. */
export function RestorePanel({ restorable, projectId, now, variant, refusal }: Props) {
  const { account, apps, removedBy, removedAt, integrationId } = restorable;
  const id = useId();
  const [answer, dispatch, pending] = useActionState(
    async (_: Answer | undefined, data: FormData) => (await restoreApps(undefined, data)) as Answer,
    undefined,
  );
  const [unchosen, setUnchosen] = useState<readonly string[]>([]);
  const chosen = apps.filter((app) => !unchosen.includes(app.id)).length;
  const toggle = (app: string, isChosen: boolean) =>
    setUnchosen((before) => (isChosen ? before.filter((each) => each !== app) : [...before, app]));
  return (
    <Card as="div" className="p-5">
      <h3 id={id} className="font-semibold text-base">
        {apps.length === 1 ? "One app lost" : `${apps.length} apps lost`} {account} when it was removed
      </h3>
      <p className="text-ink-2 text-sm">
        {removedBy ?? "Somebody who left"} removed it <Time at={removedAt} now={now} />. The same account is
        connected again: repository, branch and rules were kept, so one step brings them back, webhooks
        included. What was pushed meanwhile is found; the last push deploys where auto-deploy is on.
      </p>
      <Form action={dispatch} pending={pending} className="mt-4 grid justify-items-start gap-4">
        <input type="hidden" name="projectId" value={projectId} />
        <input type="hidden" name="integrationId" value={integrationId} />
        <fieldset aria-labelledby={id} className="grid gap-3 sm:grid-cols-2 sm:gap-x-8">
          {apps.map((app) => (
            <Checkbox
              key={app.id}
              name="appIds"
              value={app.id}
              label={app.name}
              hint={`${app.repositoryName}, ${app.branch}`}
              defaultChecked
              onChange={(event) => toggle(app.id, event.target.checked)}
            />
          ))}
        </fieldset>
        <Outcome answer={answer} account={account} />
        <SubmitButton
          variant={variant}
          busy={pending}
          busyLabel="Reconnecting"
          disabledReason={refusal ?? (chosen === 0 ? "Choose an app first." : undefined)}
          className="w-full sm:w-auto"
        >
          <Link2 aria-hidden />
          {chosen === 1 ? "Reconnect one app" : `Reconnect ${chosen} apps`}
        </SubmitButton>
      </Form>
    </Card>
  );
}

function Outcome({ answer, account }: { answer: Answer | undefined; account: string }) {
  if (!answer) return null;
  if (!answer.ok) return <FormMessage>{answer.message}</FormMessage>;
  const { left } = answer.value;
  if (left.length === 0) return null;
  return (
    <div role="status" className="w-full">
      <Note tone="warn">
        <p>
          <strong>{account} does not reach everything.</strong> These apps stay as they are:
        </p>
        <ul className="mt-1 list-disc pl-5">
          {left.map(({ id, name, repository, reason }) => (
            <li key={id}>
              {name}, from {repository}: {reason}
            </li>
          ))}
        </ul>
      </Note>
    </div>
  );
}
