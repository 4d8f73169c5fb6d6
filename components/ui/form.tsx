"use client";

import {
  type ComponentProps,
  Fragment,
  type KeyboardEvent,
  startTransition,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { changedNames, readForm } from "./form-changes";
import { FormContext } from "./form-context";
import { Glyph } from "./status-glyph";

/** What a server action answers: saved, or what is wrong with which field. */
export type FormState =
  | {
      ok?: boolean | undefined;
      message?: string | undefined;
      fields?: Record<string, string | undefined> | undefined;
    }
  | undefined
  | null;

type Props = Omit<ComponentProps<"form">, "action" | "onSubmit"> & {
  /** The dispatcher of `useActionState`, or a server action. Works without script as well. */
  action: (data: FormData) => void | Promise<void>;
  /** The state of `useActionState`: errors go to their fields, a success makes the present values the saved ones. */
  state?: FormState;
  /** `useActionState`'s third value. */
  pending?: boolean;
};

const noErrors: Readonly<Record<string, string>> = {};

/**
 * A form that keeps what was typed when a save fails, moves focus to the first field in error, saves on ⌘ Enter, and
 * knows which fields differ from what is saved (see `SaveBar`).
 */
export function Form({ action, state, pending = false, children, ...rest }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const saved = useRef<Map<string, string>>(null);
  const labels = useRef(new Map<string, string>());
  const [changed, setChanged] = useState<readonly string[]>([]);
  const [generation, setGeneration] = useState(0);

  const touch = useCallback(() => {
    if (!form.current) return;
    saved.current ??= readForm(form.current);
    const names = changedNames(saved.current, readForm(form.current));
    const next = [...new Set(names.map((name) => labels.current.get(name) ?? name))];
    setChanged((before) => (before.join("\n") === next.join("\n") ? before : next));
  }, []);

  const register = useCallback((name: string, label: string) => {
    labels.current.set(name, label);
    return () => void labels.current.delete(name);
  }, []);

  // The values that the server rendered are the saved ones; after a discard they are back.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new generation has new inputs.
  useEffect(() => {
    if (form.current) saved.current = readForm(form.current);
    setChanged([]);
  }, [generation]);

  useEffect(() => {
    if (!state || !form.current) return;
    if (state.ok) {
      saved.current = readForm(form.current);
      setChanged([]);
    } else if (state.fields) {
      form.current.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    }
  }, [state]);

  const context = useMemo(
    () => ({
      errors: (state?.fields as Record<string, string> | undefined) ?? noErrors,
      message: state?.ok ? undefined : state?.message,
      changed,
      pending,
      register,
      touch,
      discard: () => setGeneration((n) => n + 1),
    }),
    [state, changed, pending, register, touch],
  );

  return (
    <FormContext value={context}>
      <form
        ref={form}
        action={action}
        noValidate
        {...rest}
        onInput={touch}
        onKeyDown={saveOnModEnter}
        onSubmit={(event) => {
          // React empties a form after its action; dispatched by hand it keeps what was typed.
          event.preventDefault();
          if (pending) return;
          const submitter = (event.nativeEvent as SubmitEvent).submitter;
          const data = new FormData(event.currentTarget, submitter);
          startTransition(() => action(data));
        }}
      >
        <Fragment key={generation}>{children}</Fragment>
      </form>
    </FormContext>
  );
}

function saveOnModEnter(event: KeyboardEvent<HTMLFormElement>) {
  if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
  event.preventDefault();
  event.currentTarget.requestSubmit();
}

/** What went wrong with a form as a whole. */
export function FormMessage({ children }: { children?: string | undefined }) {
  if (!children) return null;
  return (
    <p
      role="alert"
      className="flex items-start gap-2 rounded-note border border-bad-line bg-bad-soft px-3 py-2 text-sm"
    >
      <Glyph shape="failed" className="mt-[3px] text-bad-solid" />
      <span>{children}</span>
    </p>
  );
}
