import type { Metadata } from "next";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Note } from "@/components/ui/note";
import { PageHead } from "@/components/ui/page-head";
import { requireSession } from "@/lib/auth";
import { mayCreateProject } from "@/lib/projects";
import { createProject } from "../../../actions";
import { NewProjectForm } from "./new-project-form";

export const metadata: Metadata = { title: "Create a project" };

export default async function NewProjectPage() {
  const create = await mayCreateProject(await requireSession());
  return (
    <>
      <TopBar crumbs={[{ label: "Projects", href: "/" }, { label: "Create a project" }]} />
      <Page>
        <div className="mx-auto w-full max-w-[560px]">
          <PageHead
            title="Create a project"
            facts="A project is a wall: its services and secrets are for its own apps only."
          />
          {create.allowed ? (
            <NewProjectForm action={createProject} />
          ) : (
            <Note tone="warn">{create.reason}</Note>
          )}
        </div>
      </Page>
    </>
  );
}
