import type { Metadata } from "next";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { PageHead, SectionHead } from "@/components/ui/page-head";
import { may } from "@/lib/access";
import { projectPage } from "../project-page";
import { rename } from "./actions";
import { RenameForm } from "./rename-form";

export const metadata: Metadata = { title: "Settings" };

type Props = { params: Promise<{ project: string }> };

export default async function ProjectSettingsPage({ params }: Props) {
  const { project } = await params;
  const context = await projectPage(project, async (context) => context);
  const allowance = may(context, "project.rename");
  return (
    <>
      <TopBar
        crumbs={[
          { label: context.projectName, href: `/projects/${context.projectId}` },
          { label: "Settings" },
        ]}
      />
      <Page>
        <PageHead
          title="Settings"
          facts={`You are ${article(context.role)} ${context.role} of ${context.projectName}.`}
        />
        <section aria-labelledby="general">
          <SectionHead id="general" title="General" />
          <RenameForm
            key={context.projectName}
            action={rename}
            projectId={context.projectId}
            name={context.projectName}
            refusal={allowance.allowed ? undefined : allowance.reason}
          />
        </section>
      </Page>
    </>
  );
}

const article = (role: string) => (/^[aeiou]/.test(role) ? "an" : "a");
