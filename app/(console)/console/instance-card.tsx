import type { FormAction } from "@/components/action-form";
import { ProviderMark } from "@/components/provider-mark";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { CopyField } from "@/components/ui/copy-field";
import { Facts } from "@/components/ui/key-value";
import { Note } from "@/components/ui/note";
import type { InstanceView } from "@/lib/instances";
import { InstanceBanners } from "./instance-banners";
import { InstanceEnd } from "./instance-end";
import { InstanceForm } from "./instance-form";
import { type TestAction, TestButton } from "./test-button";
import { type GenerateAction, WebhookPanel } from "./webhook-panel";

export type InstanceActions = {
  save: FormAction;
  test: TestAction;
  forgetPrevious: FormAction;
  setEnabled: FormAction;
  remove: FormAction;
  generateSecret: GenerateAction;
};
type Props = { instance: InstanceView; now: Date; actions: InstanceActions };

/** One Git host: what to register there, what is registered here, and whether it is accepted. */
export function InstanceCard({ instance, now, actions }: Props) {
  const isReady = instance.clientId !== null && instance.hasSecret;
  const isOurs = instance.managedBy === "admin";
  return (
    <Card as="article">
      <InstanceBanners instance={instance} now={now} {...actions} />
      <CardHeader
        level={3}
        className="flex-wrap"
        title={
          <span className="flex items-center gap-3">
            <ProviderMark provider={instance.provider} />
            {instance.name}
          </span>
        }
        actions={
          isReady &&
          instance.disabledAt === null && (
            // What an earlier test said is not true of what was changed since.
            <TestButton
              key={instance.changedAt}
              action={actions.test}
              id={instance.id}
              name={instance.name}
            />
          )
        }
      />
      <CardBody className="grid gap-5">
        {!isReady && <HowToRegister instance={instance} />}
        <div className="grid gap-1.5">
          <p className="text-sm">Callback address to register at {instance.host}</p>
          <CopyField value={instance.callbackUrl} label="callback address" />
        </div>
        {isOurs ? (
          <InstanceForm save={actions.save} instance={instance} />
        ) : (
          <FromEnvironment instance={instance} />
        )}
        {instance.webhook && (
          <WebhookPanel
            generate={actions.generateSecret}
            webhook={instance.webhook}
            id={instance.id}
            host={instance.host}
            now={now}
          />
        )}
      </CardBody>
      <InstanceEnd instance={instance} {...actions} />
    </Card>
  );
}

function HowToRegister({ instance }: { instance: InstanceView }) {
  return (
    <Note>
      <ol className="grid list-decimal gap-1 pl-4">
        <li>
          At {instance.host}, open Settings, Developer settings, OAuth Apps, and create an app. An
          organization's own settings have the same page.
        </li>
        <li>Paste the callback address below, exactly as it is.</li>
        <li>Generate a client secret there, and enter the client id and the secret here.</li>
      </ol>
    </Note>
  );
}

function FromEnvironment({ instance }: { instance: InstanceView }) {
  return (
    <>
      <Facts
        className="max-w-[560px]"
        items={[
          { label: "Web address", value: instance.origin },
          { label: "API address", value: instance.apiUrl },
          { label: "Client", value: instance.clientType === "github_app" ? "GitHub App" : "OAuth app" },
          { label: "Client id", value: instance.clientId ?? "None" },
          { label: "Client secret", value: "Sealed. Nobody can read it." },
          { label: "Integrations", value: String(instance.integrations) },
        ]}
      />
      <Note>
        The environment sets this one (GITHUB_…), so it cannot be changed here, only tested and disabled.
        Change the variables and start the console again. A new client secret is used beside the one before
        until {instance.host} has accepted it. Another API address or client erases the tokens of its
        integrations.
      </Note>
    </>
  );
}
