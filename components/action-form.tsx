"use client";

import { type ReactNode, useActionState, useEffect, useRef } from "react";
import { Form, FormMessage, type FormState } from "@/components/ui/form";

export type FormAction = (state: FormState, data: FormData) => Promise<FormState>;

type Props = {
  /** For a button that stands outside of the form. */
  id?: string | undefined;
  /** A server action: it answers with what is wrong with which field. */
  action: FormAction;
  /** Sent along: the ids that say what the form is about. */
  hidden?: Record<string, string> | undefined;
  /** After a success. */
  onDone?: ((state: FormState) => void) | undefined;
  /** Tells whoever stands outside whether the action runs. */
  onBusy?: ((isBusy: boolean) => void) | undefined;
  /** The message of a failure is shown here; leave it to the save bar where there is one. */
  hasSaveBar?: boolean;
  className?: string | undefined;
  children: ReactNode;
};

/** A form that sends itself to a server action: errors at their fields, one send at a time, usable without script. */
export function ActionForm({ action, hidden = {}, hasSaveBar = false, children, ...props }: Props) {
  const { id, onDone, onBusy, className } = props;
  const [state, dispatch, pending] = useActionState(action, undefined);
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });
  useEffect(() => onBusy?.(pending), [onBusy, pending]);
  useEffect(() => {
    if (state?.ok) done.current?.(state);
  }, [state]);
  return (
    <Form id={id} action={dispatch} state={state} pending={pending} className={className}>
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {!hasSaveBar && <FormMessage>{wholeMessage(state)}</FormMessage>}
      {children}
    </Form>
  );
}

/** What is not said at a field already. */
function wholeMessage(state: FormState): string | undefined {
  if (!state || state.ok) return undefined;
  return Object.keys(state.fields ?? {}).length === 0 ? state.message : undefined;
}
