import { Note } from "@/components/ui/note";
import { SubmitButton } from "@/components/ui/submit-button";
import type { EnteredOutcome } from "@/lib/integrations";

type Told = Exclude<EnteredOutcome, { kind: "stored" }>;
export type EnteredResult =
  | { ok: true; value: Told }
  | { ok: false; message: string; fields: Record<string, string> }
  | undefined;

/** What the person may insist on after this answer, as the form says it; nothing is stored before. */
export function insistenceOf(result: EnteredResult): { name: string; value: string } | null {
  if (!result?.ok) return null;
  if (result.value.kind === "failed") return { name: "saveAnyway", value: "yes" };
  return result.value.kind === "breaks" ? { name: "acceptBreaks", value: result.value.acceptance } : null;
}

type Props = {
  result: EnteredResult;
  insistence: ReturnType<typeof insistenceOf>;
  /** Whether the field that a failure belongs to is there to say it. */
  isAtField: boolean;
  isBusy: boolean;
};

/** What the test found, or what the new credential would break, with the button that goes on all the same. */
export function EnteredVerdict({ result, insistence, isAtField, isBusy }: Props) {
  if (!result?.ok) return null;
  const outcome = result.value;
  return (
    <div className="grid gap-3 border-line border-t p-5" role="status">
      {outcome.kind === "breaks" ? (
        <Breaks broken={outcome.broken} />
      ) : (
        <Note tone={outcome.trial.works ? "ok" : "bad"}>
          <Tried trial={outcome.trial} isAtField={isAtField} />
        </Note>
      )}
      {insistence && (
        <div>
          <SubmitButton variant="secondary" {...insistence} busy={isBusy} busyLabel="Saving">
            {insistence.name === "saveAnyway" ? "Save anyway" : "Replace the credential all the same"}
          </SubmitButton>
        </div>
      )}
    </div>
  );
}

type Tested = Exclude<Told, { kind: "breaks" }>["trial"];

/** What is wrong with one field is said at that field, and not a second time. */
function Tried({ trial, isAtField }: { trial: Tested; isAtField: boolean }) {
  if (trial.works) return <p>{trial.sentence}</p>;
  return (
    <>
      <p>
        <strong>The test failed.</strong>{" "}
        {isAtField && trial.field ? "The field above says why." : trial.sentence}
      </p>
      <p>Nothing was stored.</p>
    </>
  );
}

function Breaks({ broken }: { broken: Extract<Told, { kind: "breaks" }>["broken"] }) {
  return (
    <Note tone="warn">
      <p>
        <strong>
          {broken.length === 1
            ? "One repository does not open with it."
            : `${broken.length} repositories do not open with it.`}
        </strong>{" "}
        The old credential stays until you decide.
      </p>
      <ul className="mt-2 grid gap-2">
        {broken.map(({ name, apps, sentence }) => (
          <li key={name}>
            <strong>{name}</strong>, followed by {apps.map((app) => app.name).join(", ")}. {sentence}
          </li>
        ))}
      </ul>
    </Note>
  );
}
