"use client";

import type { ReactNode } from "react";
import { Button } from "./button";
import { FormMessage } from "./form";
import { sentenceList } from "./form-changes";
import { useFormContext } from "./form-context";
import { SubmitButton } from "./submit-button";

type Props = {
  /** When the change takes effect: "They apply to the next push." */
  effect?: ReactNode;
  /** Names of what changed, when the form's own tracking does not know. */
  changed?: readonly string[];
  saveLabel?: string;
  busyLabel?: string;
  /** Why the person may not save. */
  disabledReason?: string | undefined;
};

/** Appears with the first change, sticks to the bottom, names what changed and when it takes effect. */
export function SaveBar({
  effect,
  changed,
  saveLabel = "Save",
  busyLabel = "Saving",
  disabledReason,
}: Props) {
  const form = useFormContext();
  const names = changed ?? form?.changed ?? [];
  const save = (
    <SubmitButton busyLabel={busyLabel} disabledReason={disabledReason}>
      {saveLabel}
    </SubmitButton>
  );
  if (names.length === 0 && !form?.message) return <noscript>{save}</noscript>;
  return (
    <div className="sticky bottom-4 z-20 mt-4 grid animate-sheet gap-3 rounded-card border border-line bg-surface px-5 py-3 shadow-2">
      <FormMessage>{form?.message}</FormMessage>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <p className="min-w-0 text-ink-2 text-sm" aria-live="polite">
          {names.length > 0 && (
            <>
              <strong className="text-ink">Unsaved changes</strong> to {sentenceList(names)}.{" "}
            </>
          )}
          {effect}
        </p>
        <div className="ml-auto flex gap-2">
          <Button variant="ghost" onClick={form?.discard}>
            Discard
          </Button>
          {save}
        </div>
      </div>
    </div>
  );
}
