"use client";

import { useRouter } from "next/navigation";
import { useActionState, useEffect, useState } from "react";
import { Card, CardFooter, CardHeader } from "@/components/ui/card";
import { FormRow } from "@/components/ui/field";
import { Form, FormMessage } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { SubmitButton } from "@/components/ui/submit-button";
import { createApp } from "../actions";
import { BuildFields } from "../build-fields";
import { type IntegrationOption, SourceFields } from "../source-fields";

type Props = {
  projectId: string;
  integrations: IntegrationOption[];
  integrationId: string;
  disabledReason: string | undefined;
};

const NO_BUILD = { kind: "none", installCommand: null, buildCommand: null, outputDirectory: "" } as const;

export function NewAppForm({ projectId, integrations, integrationId, disabledReason }: Props) {
  const router = useRouter();
  const [state, dispatch, pending] = useActionState(createApp, undefined);
  const [name, setName] = useState("");
  const [isNamed, setNamed] = useState(false);

  useEffect(() => {
    if (state?.ok) router.push(`/projects/${projectId}/apps/${state.value.id}`);
  }, [state, router, projectId]);

  return (
    <Form action={dispatch} state={state} pending={pending} className="grid max-w-[760px] gap-4">
      <input type="hidden" name="projectId" value={projectId} />
      <Card>
        <CardHeader title="Source" />
        <div className="border-line border-t">
          <SourceFields
            projectId={projectId}
            integrations={integrations}
            defaults={{ integrationId }}
            onRepository={(repository) => {
              if (!isNamed) setName(repository?.fullName.split("/").at(-1) ?? "");
            }}
          />
        </div>
      </Card>
      <Card>
        <CardHeader title="App" />
        <div className="border-line border-t">
          <FormRow label="Name" name="name" hint="Unique in this project">
            <Input
              value={name}
              maxLength={40}
              autoComplete="off"
              onChange={(event) => {
                setName(event.target.value);
                setNamed(event.target.value !== "");
              }}
            />
          </FormRow>
          <BuildFields defaults={NO_BUILD} />
        </div>
        <CardFooter>
          <div className="min-w-0 flex-1">
            <FormMessage>{state?.ok ? undefined : state?.message}</FormMessage>
          </div>
          <SubmitButton
            busy={pending || state?.ok === true}
            busyLabel="Creating"
            disabledReason={disabledReason}
          >
            Create and deploy
          </SubmitButton>
        </CardFooter>
      </Card>
    </Form>
  );
}
