"use client";

import { KeyRound } from "lucide-react";
import { useActionState } from "react";
import { CopyField } from "@/components/ui/copy-field";
import { Note } from "@/components/ui/note";
import { SubmitButton } from "@/components/ui/submit-button";
import { Time } from "@/components/ui/time";
import { newHookSecret } from "./actions";

type Result = Awaited<ReturnType<typeof newHookSecret>> | undefined;
type Props = {
  projectId: string;
  hookId: string;
  repositoryName: string;
  /** What the host calls it. */
  label: string;
  isManual: boolean;
  isShown: boolean;
  previousUntil: string | null;
  refusal: string | undefined;
  now: string;
};

/** The secret of a webhook: never there until somebody asks for a new one, and shown to that person only, until the page is left. */
export function HookSecret({ projectId, hookId, repositoryName, label, ...props }: Props) {
  const { isManual, isShown, previousUntil, refusal, now } = props;
  const [result, dispatch] = useActionState<Result, FormData>(newHookSecret, undefined);
  const shown = result?.ok ? result.value : null;
  return (
    <div className="grid gap-2">
      {shown?.secret && (
        <>
          {shown.signing && <Labelled label={shown.signing.label} value={shown.signing.token} />}
          {shown.signing ? (
            <Labelled label={`Or ${label.toLowerCase()}`} value={shown.secret} />
          ) : (
            <CopyField label={label} value={shown.secret} />
          )}
          <Note tone="warn">
            <strong>Copy it now.</strong> It is sealed; once you leave this page, nobody can read it again.
          </Note>
        </>
      )}
      <form action={dispatch} className="flex flex-wrap items-center gap-3">
        <input type="hidden" name="projectId" value={projectId} />
        <input type="hidden" name="hookId" value={hookId} />
        <SubmitButton
          variant="secondary"
          size="sm"
          busyLabel={isManual ? "Making it" : "Changing"}
          disabledReason={refusal}
          aria-label={`${labelFor(isManual, isShown || shown !== null)} for ${repositoryName}`}
        >
          <KeyRound aria-hidden />
          {labelFor(isManual, isShown || shown !== null)}
        </SubmitButton>
        <p role="status" className="min-w-0 flex-1 basis-60 text-ink-3 text-sm empty:absolute">
          {result && !result.ok ? (
            <span className="text-bad">{result.message}</span>
          ) : (
            <Overlap {...{ previousUntil, now }} isChanged={shown !== null && !isManual} />
          )}
        </p>
      </form>
    </div>
  );
}

/** Where there are two, of which the host takes one. */
const Labelled = ({ label, value }: { label: string; value: string }) => (
  <span className="grid gap-1">
    <span className="text-ink-3 text-sm">{label}</span>
    <CopyField label={label} value={value} />
  </span>
);

function labelFor(isManual: boolean, isShown: boolean): string {
  if (!isManual) return "Change the secret";
  return isShown ? "Show a new secret" : "Show the secret";
}

/** While two secrets are taken, the host may be told in peace. */
function Overlap({
  previousUntil,
  now,
  isChanged,
}: Pick<Props, "previousUntil" | "now"> & { isChanged: boolean }) {
  if (isChanged) return "The console gave the host a new secret.";
  if (!previousUntil) return null;
  return (
    <>
      The secret before is taken until <Time at={previousUntil} now={now} mode="clock" />.
    </>
  );
}
