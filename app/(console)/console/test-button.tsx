"use client";

import { useActionState } from "react";
import { Glyph } from "@/components/ui/status-glyph";
import { SubmitButton } from "@/components/ui/submit-button";

type Result =
  | { ok: true; value: { isAccepted: boolean; sentence: string } }
  | { ok: false; message: string }
  | undefined;
export type TestAction = (state: unknown, data: FormData) => Promise<NonNullable<Result>>;

/** Asks the provider whether it accepts the client, and says its answer beside the button. */
export function TestButton({ action, id, name }: { action: TestAction; id: string; name: string }) {
  const [result, dispatch] = useActionState<Result, FormData>(action, undefined);
  const isGood = result?.ok && result.value.isAccepted;
  return (
    <form action={dispatch} className="flex flex-wrap items-center justify-end gap-3">
      <input type="hidden" name="id" value={id} />
      <p role="status" className={`flex items-start gap-1.5 text-sm ${isGood ? "text-ok" : "text-bad"}`}>
        {result && (
          <>
            <Glyph
              shape={isGood ? "check" : "failed"}
              size={14}
              className={`mt-[3px] ${isGood ? "text-ok-solid" : "text-bad-solid"}`}
            />
            {result.ok ? result.value.sentence : result.message}
          </>
        )}
      </p>
      <SubmitButton
        variant="secondary"
        size="sm"
        busyLabel="Testing"
        aria-label={`Test the client of ${name}`}
      >
        Test
      </SubmitButton>
    </form>
  );
}
