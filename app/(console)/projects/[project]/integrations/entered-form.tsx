"use client";

import { useActionState, useMemo, useState } from "react";
import { Card, CardFooter, CardHeader } from "@/components/ui/card";
import { FormRow } from "@/components/ui/field";
import { Form, FormMessage, type FormState } from "@/components/ui/form";
import { Input } from "@/components/ui/input";
import { fieldStyle } from "@/components/ui/input-style";
import { PasswordInput } from "@/components/ui/password-input";
import { Select } from "@/components/ui/select";
import { SubmitButton } from "@/components/ui/submit-button";
import { Switch } from "@/components/ui/switch";
import type { HostKindView } from "@/lib/integrations";
import { connectWithCredentials } from "./actions";
import { type EnteredResult, EnteredVerdict, insistenceOf } from "./entered-verdict";
import { PemField } from "./pem-field";

export type EnteredDefaults = {
  integrationId?: string | undefined;
  address: string;
  hostKind: string;
  isAnonymous: boolean;
  authority: string;
};

type Props = {
  projectId: string;
  provider: string;
  hostKinds: HostKindView[];
  defaults: EnteredDefaults;
  refusal: string | undefined;
};

/** The address of a Git host and what opens it. Labels and hints are those of the kind of host, chosen or found out. */
export function EnteredForm({ projectId, provider, hostKinds, defaults, refusal }: Props) {
  const [result, dispatch, pending] = useActionState<EnteredResult, FormData>(
    connectWithCredentials,
    undefined,
  );
  const [chosen, setChosen] = useState(defaults.hostKind);
  const [isAnonymous, setAnonymous] = useState(defaults.isAnonymous);
  const { integrationId } = defaults;
  const [address, setAddress] = useState(defaults.address);
  const found = kindByName(hostKinds, address) || (result?.ok ? result.value.hostKind : "");
  // The same object for the same answer: another one moves the focus to the field again.
  const problems = useMemo(() => problemsOf(result), [result]);
  const kind = hostKinds.find(({ id }) => id === (chosen || found)) ?? hostKinds.at(-1);
  const isEdit = integrationId !== undefined;
  return (
    <Form action={dispatch} state={problems} pending={pending} className="grid max-w-[760px] gap-4">
      {/* What Enter in a field does, rather than the first button that is to be seen: that one may be "Save anyway". */}
      <button type="submit" name="intent" value="test" hidden />
      <input type="hidden" name="projectId" value={projectId} />
      <input type="hidden" name="provider" value={provider} />
      {isEdit && <input type="hidden" name="integrationId" value={integrationId} />}
      <Card>
        <CardHeader title="Host" />
        <div className="border-line border-t">
          <FormRow
            label="Address"
            name="url"
            hint={
              isEdit
                ? "Another address is another integration."
                : "Of a repository, or of a group: then it serves every repository below."
            }
          >
            <Input
              defaultValue={defaults.address}
              readOnly={isEdit}
              onChange={(event) => setAddress(event.target.value)}
              placeholder="https://git.example.com/team/site"
              mono
              inputMode="url"
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
            />
          </FormRow>
          <FormRow
            label="Kind of host"
            name="hostKind"
            hint="Decides the labels below, and how webhooks are read"
          >
            <Select
              value={chosen}
              onChange={(event) => setChosen(event.target.value)}
              options={[
                { value: "", label: foundLabel(hostKinds, found) },
                ...hostKinds.map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
          </FormRow>
          <FormRow label="Test with" name="testWith" hint="For a group: one of its repositories">
            <Input
              placeholder="the address itself"
              mono
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
            />
          </FormRow>
          <FormRow
            label="CA certificate"
            name="caCertificate"
            hint="PEM, for a host with a certificate of your own authority"
          >
            <PemField defaultValue={defaults.authority} className={fieldStyle} />
          </FormRow>
        </div>
      </Card>
      <Card>
        <CardHeader title="Credential" description={isAnonymous ? undefined : kind?.permits} />
        <div className="border-line border-t">
          <FormRow label="Access" group>
            <Switch
              label="No credential is needed"
              hint="For what everybody may read."
              name="isAnonymous"
              value="yes"
              checked={isAnonymous}
              onChange={(event) => setAnonymous(event.target.checked)}
            />
          </FormRow>
          {!isAnonymous && (
            <>
              <FormRow label={kind?.user.label ?? "User name"} name="userName" hint={kind?.user.hint}>
                <Input autoCapitalize="none" autoComplete="off" spellCheck={false} mono />
              </FormRow>
              <FormRow label={kind?.token.label ?? "Token"} name="token" hint={kind?.token.hint}>
                <PasswordInput autoComplete="off" />
              </FormRow>
              <FormRow label="Ends on" name="expiresOn" hint="Empty: as the host says, or never">
                <Input type="date" className="sm:max-w-48" />
              </FormRow>
            </>
          )}
        </div>
        <EnteredVerdict
          result={result}
          insistence={insistenceOf(result)}
          isAtField={!(isAnonymous && isOfCredential(problems))}
          isBusy={pending}
        />
        <CardFooter>
          <div className="min-w-0 flex-1">
            <FormMessage>{messageOf(result)}</FormMessage>
          </div>
          <div className="flex w-full gap-2 *:flex-1 sm:w-auto sm:*:flex-none">
            <SubmitButton
              variant="secondary"
              name="intent"
              value="test"
              busy={pending}
              busyLabel="Trying"
              disabledReason={refusal}
            >
              Test
            </SubmitButton>
            <SubmitButton busy={pending} busyLabel="Trying" disabledReason={refusal}>
              {isEdit ? "Save" : "Connect"}
            </SubmitButton>
          </div>
        </CardFooter>
      </Card>
    </Form>
  );
}

function foundLabel(kinds: HostKindView[], found: string): string {
  const kind = kinds.find(({ id }) => id === found);
  if (!kind) return "Ask the host";
  // The last one is what a host is that does not tell.
  return kind === kinds.at(-1) ? `The host does not tell: ${kind.name}` : `Found out: ${kind.name}`;
}

/** A well-known host needs no asking. */
function kindByName(kinds: HostKindView[], address: string): string {
  const name = URL.canParse(address.trim()) ? new URL(address.trim()).host : "";
  return kinds.find(({ hosts }) => hosts.includes(name))?.id ?? "";
}

const FIELDS = {
  url: "url",
  repository: "testWith",
  user: "userName",
  token: "token",
  ca: "caCertificate",
} as const;

/** What no field says already. */
function messageOf(result: EnteredResult): string | undefined {
  if (!result || result.ok) return undefined;
  return Object.keys(result.fields).length === 0 ? result.message : undefined;
}

/** A test's failure stands at the field to look at, as a mistake in it would. */
function problemsOf(result: EnteredResult): FormState {
  if (!result) return undefined;
  if (!result.ok) return result;
  const outcome = result.value;
  if (outcome.kind === "breaks" || outcome.trial.works || !outcome.trial.field) return undefined;
  return { ok: false, fields: { [FIELDS[outcome.trial.field]]: outcome.trial.sentence } };
}

/** Its fields are not there while no credential is said to be needed. */
const isOfCredential = (problems: FormState): boolean =>
  problems?.fields?.userName !== undefined || problems?.fields?.token !== undefined;
