"use client";

import { CopyField } from "@/components/ui/copy-field";
import { Note } from "@/components/ui/note";
import type { ShownLink } from "./actions";

/** The link of a new invitation. It can be read here and nowhere else, once. */
export function LinkPanel({ email, url, isMailed }: ShownLink) {
  return (
    <div className="mt-5 grid gap-4">
      <CopyField label="Invitation link" value={url} />
      <Note>
        <strong>This link is shown once.</strong> It works for {email} alone, once, within seven days.{" "}
        {isMailed ? "It is on its way by mail as well." : "Send it yourself."} A new one can be made at any
        time, which ends this one.
      </Note>
    </div>
  );
}

/** What the actions that make a link answer. */
export function linkOf(state: unknown): ShownLink | null {
  const value = (state as { value?: ShownLink } | null | undefined)?.value;
  return value?.url ? value : null;
}
