"use client";

import { type ReactNode, useActionState, useEffect, useState } from "react";
import { cn } from "@/components/ui/cn";
import { Form, FormMessage } from "@/components/ui/form";
import { ExternalLink } from "@/components/ui/link";
import { SubmitButton } from "@/components/ui/submit-button";

type Result = { ok: true; value: { url: string } } | { ok: false; message: string } | undefined;
export type BeginAction = (state: unknown, data: FormData) => Promise<NonNullable<Result>>;

type Props = {
  action: BeginAction;
  projectId: string;
  instanceId: string;
  /** Given for a re-authorization. */
  integrationId?: string | undefined;
  /** What else the start is told, as form fields. */
  extra?: Record<string, string> | undefined;
  /** Inside the form, before the button: what to ask for. */
  before?: ReactNode;
  providerName: string;
  variant?: "primary" | "secondary";
  className?: string | undefined;
  /** Why this person may not, or why nobody can. */
  refusal?: string | undefined;
  children: ReactNode;
};

/** Begins by POST and then leaves for the provider. Without script the way there is a link. */
export function ConnectButton(props: Props) {
  const { projectId, instanceId, integrationId, providerName, refusal, children } = props;
  const [result, dispatch, pending] = useActionState<Result, FormData>(props.action, undefined);
  const isLeaving = useLeaving(result?.ok ? result.value.url : null);
  const fields = { projectId, instanceId, ...(integrationId ? { integrationId } : {}), ...props.extra };
  return (
    <Form
      action={dispatch}
      pending={pending}
      className={cn("grid justify-items-start gap-3", props.className)}
    >
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {props.before}
      <FormMessage>{result && !result.ok ? result.message : undefined}</FormMessage>
      <SubmitButton
        variant={props.variant ?? "secondary"}
        busy={pending || isLeaving}
        busyLabel="Opening"
        disabledReason={refusal}
        className="w-full sm:w-auto"
      >
        {children}
      </SubmitButton>
      {result?.ok && (
        <noscript>
          <ExternalLink href={result.value.url}>Go on at {providerName}</ExternalLink>
        </noscript>
      )}
    </Form>
  );
}

/** Leaves the page for another site. True until then; false again when the person comes back with the back button. */
function useLeaving(url: string | null): boolean {
  const [left, setLeft] = useState<string | null>(null);
  useEffect(() => {
    if (url === null) return;
    setLeft(url);
    window.location.assign(url);
    const stay = (event: PageTransitionEvent) => event.persisted && setLeft(null);
    window.addEventListener("pageshow", stay);
    return () => window.removeEventListener("pageshow", stay);
  }, [url]);
  return left !== null;
}
