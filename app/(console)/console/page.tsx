import type { Metadata } from "next";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { PageHead, SectionHead } from "@/components/ui/page-head";
import { loadInstanceContext } from "@/lib/access";
import { requireSession } from "@/lib/auth";
import { env } from "@/lib/env";
import { getKeys, listInstances } from "@/lib/instances";
import { forgetPrevious, generateSecret, remove, save, setEnabled, test } from "./actions";
import { AddInstance } from "./add-instance";
import { HealthPanel } from "./health-panel";
import { InstanceCard } from "./instance-card";
import { KeysPanel } from "./keys-panel";

export const metadata: Metadata = { title: "This instance" };

export default async function InstancePage() {
  const context = loadInstanceContext(await requireSession());
  const [instances, keys] = await Promise.all([listInstances(context), getKeys(context)]);
  const now = new Date();
  return (
    <>
      <TopBar crumbs={[{ label: "This instance" }]} />
      <Page>
        <PageHead
          title="This instance"
          facts={`What every project of ${new URL(env().CONSOLE_URL).host} shares. Only instance admins see this page.`}
        />
        <section aria-labelledby="health">
          <SectionHead id="health" title="Health" />
          <HealthPanel />
        </section>
        <section aria-labelledby="providers" className="mt-12">
          <SectionHead id="providers" title="Provider instances" remark={String(instances.length)}>
            A Git host, and the client that people authorize for it. Register the client there with exactly
            the callback address shown here.
          </SectionHead>
          <ul className="grid gap-4">
            {instances.map((instance) => (
              <li key={instance.id}>
                <InstanceCard
                  instance={instance}
                  now={now}
                  actions={{ save, test, forgetPrevious, setEnabled, remove, generateSecret }}
                />
              </li>
            ))}
          </ul>
          <AddInstance save={save} />
        </section>
        <section aria-labelledby="keys" className="mt-12">
          <SectionHead id="keys" title="Keys">
            Secrets are sealed with data keys, one for each project, and those are wrapped by a master key.
            Back it up apart from the database: one without the other opens nothing.
          </SectionHead>
          <KeysPanel keys={keys} />
        </section>
      </Page>
    </>
  );
}
