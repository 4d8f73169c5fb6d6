"use client";

import { type ReactNode, useActionState, useEffect, useState } from "react";
import { Card } from "@/components/ui/card";
import { Form } from "@/components/ui/form";
import { SaveBar } from "@/components/ui/save-bar";
import { toast } from "@/components/ui/toast";
import type { Action } from "@/lib/action";

type Props<T> = {
  projectId: string;
  appId: string;
  /** The app as it was when its settings were read: a save over somebody else's is refused. */
  updatedAt: string;
  effect: string;
  /** What a save means from now on. */
  saved: string | ((value: T) => string);
  action: Action<T>;
  disabledReason: string | undefined;
  /** What waits to be saved although nobody has touched the form: a source that was lost. */
  unsaved?: readonly string[] | undefined;
  children: ReactNode;
};

/** One segment of an app's settings, with its own Save. */
export function SettingsForm<T extends { updatedAt: string }>(props: Props<T>) {
  const { projectId, appId, updatedAt, effect, saved, action, disabledReason, unsaved, children } = props;
  const [state, dispatch, pending] = useActionState(action, undefined);
  // What stands in the fields was read then. The page is read again when others change the app; the fields are not.
  const [readAt, setReadAt] = useState(updatedAt);

  useEffect(() => {
    if (!state?.ok) return;
    setReadAt(state.value.updatedAt);
    const detail = typeof saved === "string" ? saved : saved(state.value);
    toast({ tone: "ok", title: "Saved", detail, id: "settings" });
  }, [state, saved]);

  return (
    <Form action={dispatch} state={state} pending={pending}>
      <input type="hidden" name="projectId" value={projectId} />
      <input type="hidden" name="appId" value={appId} />
      <input type="hidden" name="updatedAt" value={readAt} />
      <Card as="div">{children}</Card>
      {disabledReason && <p className="mt-3 text-ink-2 text-sm">{disabledReason}</p>}
      <SaveBar effect={effect} disabledReason={disabledReason} {...(unsaved ? { changed: unsaved } : {})} />
    </Form>
  );
}
