"use client";

import { type ReactElement, type ReactNode, useActionState, useEffect, useId, useState } from "react";
import { Button } from "./button";
import { Dialog, DialogClose } from "./dialog";
import type { FormState } from "./form";
import { Form, FormMessage } from "./form";
import { Input } from "./input";
import { Note } from "./note";
import { SubmitButton } from "./submit-button";

/** One consequence: the count is in its title ("3 apps lose their source"). */
export type Consequence = { icon?: ReactNode; title: ReactNode; detail?: ReactNode };

export type ConfirmAction = (state: FormState, data: FormData) => Promise<FormState>;

export type ConfirmDialogProps = {
  trigger?: ReactElement | undefined;
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
  /** A question with the name in it. */
  title: string;
  intro?: ReactNode;
  consequences?: Consequence[] | undefined;
  /** What is not touched, in the soft green. */
  stays?: ReactNode;
  /** The name that has to be typed; sent as `confirmation`. */
  typedName?: string | undefined;
  /** The verb with the name: "Remove octocat". */
  confirmLabel: string;
  busyLabel?: string | undefined;
  /** `danger` destroys, `primary` only asks. */
  tone?: "danger" | "primary" | undefined;
  /** Sent with the form. */
  fields?: Record<string, string> | undefined;
  action: ConfirmAction;
  /** After a success, once the dialog is closed. */
  onDone?: ((state: FormState) => void) | undefined;
  children?: ReactNode;
};

/** Asks before what cannot be undone: says what it costs with counts, what stays, and takes the typed name. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const [ownOpen, setOwnOpen] = useState(false);
  const open = props.open ?? ownOpen;
  const setOpen = props.onOpenChange ?? setOwnOpen;
  const form = useId();
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const ready = props.typedName === undefined || typed.trim() === props.typedName;
  const change = (next: boolean) => {
    setTyped("");
    setOpen(next);
  };
  return (
    <Dialog
      trigger={props.trigger}
      open={open}
      onOpenChange={change}
      locked={busy}
      title={props.title}
      description={props.intro}
      footer={
        <>
          <DialogClose asChild>
            <Button data-cancel disabled={busy}>
              Cancel
            </Button>
          </DialogClose>
          <SubmitButton
            form={form}
            variant={props.tone ?? "danger"}
            busy={busy}
            busyLabel={props.busyLabel}
            disabledReason={ready ? undefined : `Type ${props.typedName} first`}
          >
            {props.confirmLabel}
          </SubmitButton>
        </>
      }
    >
      <Consequences items={props.consequences ?? []} />
      {props.stays && (
        <Note tone="ok" className="mt-4">
          {props.stays}
        </Note>
      )}
      {props.children}
      <ConfirmForm
        id={form}
        ready={ready}
        props={props}
        typed={typed}
        onType={setTyped}
        onBusy={setBusy}
        onDone={(state) => {
          change(false);
          props.onDone?.(state);
        }}
      />
    </Dialog>
  );
}

type FormProps = {
  id: string;
  ready: boolean;
  props: ConfirmDialogProps;
  typed: string;
  onType: (typed: string) => void;
  onBusy: (busy: boolean) => void;
  onDone: (state: FormState) => void;
};

function ConfirmForm({ id, ready, props, typed, onType, onBusy, onDone }: FormProps) {
  const [state, dispatch, pending] = useActionState(props.action, undefined);
  useEffect(() => onBusy(pending), [onBusy, pending]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer is the event.
  useEffect(() => {
    if (state?.ok) onDone(state);
  }, [state]);
  const field = `${id}-name`;
  return (
    <Form
      id={id}
      action={(data) => (ready ? dispatch(data) : undefined)}
      state={state}
      pending={pending}
      className="grid gap-3"
    >
      {Object.entries(props.fields ?? {}).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {props.typedName !== undefined && (
        <div className="mt-5 grid gap-1.5">
          <label htmlFor={field} className="text-sm">
            Type <strong>{props.typedName}</strong> to confirm
          </label>
          <Input
            id={field}
            name="confirmation"
            value={typed}
            onChange={(event) => onType(event.target.value)}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            aria-invalid={state?.fields?.confirmation ? true : undefined}
          />
        </div>
      )}
      <FormMessage>{state?.ok ? undefined : state?.message}</FormMessage>
    </Form>
  );
}

function Consequences({ items }: { items: Consequence[] }) {
  if (items.length === 0) return null;
  return (
    <ul className="mt-3">
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list of one dialog does not change its order.
        <li key={index} className="flex gap-3 border-line border-t py-3.5 first:border-t-0">
          {item.icon && <span className="mt-0.5 flex text-ink-2">{item.icon}</span>}
          <div className="min-w-0">
            <p className="font-medium text-sm">{item.title}</p>
            {item.detail && <p className="text-ink-2 text-sm">{item.detail}</p>}
          </div>
        </li>
      ))}
    </ul>
  );
}
