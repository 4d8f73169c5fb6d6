"use client";

import { useActionState } from "react";
import { CopyField } from "@/components/ui/copy-field";
import { Note } from "@/components/ui/note";
import { SubmitButton } from "@/components/ui/submit-button";
import { Time } from "@/components/ui/time";
import type { InstanceView } from "@/lib/instances";

type Result =
  | { ok: true; value: { address: string; secret: string; replaced: boolean } }
  | { ok: false; message: string }
  | undefined;
export type GenerateAction = (state: unknown, data: FormData) => Promise<NonNullable<Result>>;

type Props = {
  generate: GenerateAction;
  webhook: NonNullable<InstanceView["webhook"]>;
  id: string;
  host: string;
  now: Date;
};

/** Where a GitHub App tells of revoked authorizations and suspended installations, and the secret that it signs them with. */
export function WebhookPanel({ generate, webhook, id, host, now }: Props) {
  const [result, dispatch] = useActionState<Result, FormData>(generate, undefined);
  const { address, hasSecret } = webhook;
  return (
    <section aria-label="The app's own webhook" className="grid gap-1.5">
      <p className="text-sm">Webhook address to enter on the app's page at {host}</p>
      <CopyField value={address} label="webhook address" />
      <p className="text-ink-3 text-xs">
        With it the console hears at once when somebody takes back their authorization or an installation is
        suspended. Without it the console notices within hours, or when it needs the token.
      </p>
      <form action={dispatch} className="mt-2 flex flex-wrap items-center justify-between gap-3">
        <input type="hidden" name="id" value={id} />
        <p className="text-ink-2 text-sm">
          <Heard webhook={webhook} host={host} now={now} />
        </p>
        <SubmitButton variant="secondary" size="sm" busyLabel="Generating">
          {hasSecret ? "Generate another secret" : "Generate a secret"}
        </SubmitButton>
      </form>
      <div role="status">
        {result?.ok === false && <p className="text-bad text-sm">{result.message}</p>}
        {result?.ok && <ShownOnce {...result.value} host={host} />}
      </div>
    </section>
  );
}

function Heard({ webhook, host, now }: Pick<Props, "webhook" | "host" | "now">) {
  const { hasSecret, heardAt, rejected } = webhook;
  if (!hasSecret) return "No secret yet: nothing that arrives there is believed.";
  const calls =
    rejected === 1 ? "1 call was not signed with it." : `${rejected} calls were not signed with it.`;
  return (
    <>
      Its secret is sealed; nobody can read it.{" "}
      {heardAt ? (
        <>
          Last heard from {host} <Time at={heardAt} now={now} />.
        </>
      ) : (
        `Nothing was heard from ${host} yet.`
      )}
      {rejected > 0 && ` ${calls}`}
    </>
  );
}

function ShownOnce({ secret, replaced, host }: { secret: string; replaced: boolean; host: string }) {
  return (
    <div className="mt-2 grid gap-1.5">
      <p className="text-sm">The new secret, shown this once</p>
      <CopyField value={secret} label="webhook secret" />
      <Note>
        Enter it on the app's page at {host} as the webhook secret.
        {replaced && " The one before counts for one day more."}
      </Note>
    </div>
  );
}
