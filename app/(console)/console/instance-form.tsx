"use client";

import { useState } from "react";
import { ActionForm, type FormAction } from "@/components/action-form";
import { Field } from "@/components/ui/field";
import { useFormContext } from "@/components/ui/form-context";
import { Input } from "@/components/ui/input";
import { PasswordInput } from "@/components/ui/password-input";
import { SegmentedControl } from "@/components/ui/segmented";
import { SubmitButton } from "@/components/ui/submit-button";
import { toast } from "@/components/ui/toast";
import type { InstanceView } from "@/lib/instances";

type Props = { save: FormAction; instance?: InstanceView; onDone?: (() => void) | undefined };

const CLIENT_TYPES = [
  { value: "oauth_app", label: "OAuth app" },
  { value: "github_app", label: "GitHub App" },
];

/** The client of a Git host. The secret goes in and never comes out: an empty field keeps the one that is sealed. */
export function InstanceForm({ save, instance, onDone }: Props) {
  const [saves, setSaves] = useState(0);
  const done = () => {
    toast({ tone: "ok", title: "Saved", detail: "Test it to see whether the host accepts it." });
    setSaves((count) => count + 1);
    onDone?.();
  };
  return (
    <ActionForm
      key={saves}
      action={save}
      hidden={{ provider: instance?.provider ?? "github", ...(instance ? { id: instance.id } : {}) }}
      onDone={done}
      className="grid gap-4"
    >
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label="Name" name="name" hint="As people see it in the catalogue.">
          <Input defaultValue={instance?.name ?? "GitHub Enterprise Server"} maxLength={60} />
        </Field>
        <Field label="Web address" name="origin" hint="Where people sign in to it.">
          <Input
            defaultValue={instance?.origin ?? ""}
            placeholder="https://github.example.com"
            mono
            inputMode="url"
          />
        </Field>
        <Field label="API address" name="apiUrl" hint="Empty: derived from the web address.">
          <Input defaultValue={instance?.apiUrl ?? ""} mono inputMode="url" />
        </Field>
        <div className="grid gap-1.5 text-sm">
          <span aria-hidden>Kind of client</span>
          <SegmentedControl
            label="Kind of client"
            name="clientType"
            options={CLIENT_TYPES}
            defaultValue={instance?.clientType ?? "oauth_app"}
          />
        </div>
        <Field label="Client id" name="clientId">
          <Input defaultValue={instance?.clientId ?? ""} mono autoComplete="off" />
        </Field>
        <Field label="Client secret" name="clientSecret" hint={secretHint(instance)}>
          <PasswordInput autoComplete="off" />
        </Field>
      </div>
      {instance && <ConfirmChange name={instance.name} />}
      <div>
        <SubmitButton variant="secondary" busyLabel="Saving">
          {instance ? "Save" : "Add instance"}
        </SubmitButton>
      </div>
    </ActionForm>
  );
}

/** Another address or client ends what was authorized: what that costs is said by the first try, and the name typed for the second. */
function ConfirmChange({ name }: { name: string }) {
  const isAsked = useFormContext()?.errors.confirmation !== undefined;
  if (!isAsked) return null;
  return (
    <Field
      label={
        <>
          Type <strong>{name}</strong> to confirm
        </>
      }
      name="confirmation"
      className="rounded-note bg-bad-soft p-4"
    >
      <Input autoComplete="off" autoCapitalize="none" spellCheck={false} className="max-w-[360px]" />
    </Field>
  );
}

const secretHint = (instance: InstanceView | undefined): string =>
  instance?.hasSecret
    ? "Sealed; nobody can read it. Empty keeps it; a new one is used beside it until it is accepted."
    : "It is sealed as soon as it is saved.";
