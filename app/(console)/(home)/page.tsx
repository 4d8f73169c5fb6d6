import { Plus } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { Page } from "@/components/shell/page";
import { TopBar } from "@/components/shell/top-bar";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { PageHead } from "@/components/ui/page-head";
import type { Allowance } from "@/lib/access";
import { requireSession } from "@/lib/auth";
import { failureSentence, isFailureCode } from "@/lib/integrations";
import { listProjects, mayCreateProject, type ProjectCard as ProjectCardView } from "@/lib/projects";
import { ProjectCard } from "./project-card";

export const metadata: Metadata = { title: "Projects" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function ProjectsPage({ searchParams }: Props) {
  const session = await requireSession();
  const { failed } = await searchParams;
  const [projects, create] = await Promise.all([listProjects(session), mayCreateProject(session)]);
  const now = new Date();
  return (
    <>
      <TopBar crumbs={[{ label: "Projects" }]} />
      <Page>
        <PageHead
          title="Projects"
          facts={facts(projects)}
          actions={projects.length > 0 && <CreateButton allowance={create} variant="secondary" />}
        />
        {isFailureCode(failed) && (
          <div className="mb-8" role="alert">
            <Banner tone="bad" title="Not connected">
              {failureSentence(failed, "The provider")}
            </Banner>
          </div>
        )}
        {projects.length === 0 ? (
          <Empty
            title="You are in no project yet"
            action={<CreateButton allowance={create} variant="primary" />}
          >
            A project keeps apps and the services that they use together, and apart from every other project.
          </Empty>
        ) : (
          <ul className="grid grid-cols-[minmax(0,1fr)] gap-3">
            {projects.map((project) => (
              <li key={project.id}>
                <ProjectCard project={project} now={now} />
              </li>
            ))}
          </ul>
        )}
      </Page>
    </>
  );
}

type CreateProps = { allowance: Allowance; variant: "primary" | "secondary" };

function CreateButton({ allowance, variant }: CreateProps) {
  if (!allowance.allowed) {
    return (
      <Button variant={variant} disabledReason={allowance.reason}>
        Create a project
      </Button>
    );
  }
  return (
    <Button asChild variant={variant}>
      <Link href="/projects/new">
        <Plus aria-hidden />
        Create a project
      </Link>
    </Button>
  );
}

function facts(projects: readonly ProjectCardView[]): string {
  const apps = projects.flatMap((project) => project.apps);
  const live = apps.filter((app) => app.state === "live").length;
  const need = projects.filter(needsSomebody).length;
  const sentences = [
    apps.length === 0 ? "Nothing is deployed yet." : `${live} of ${apps.length} apps live and well.`,
    need > 0 && `${need === 1 ? "One project needs" : `${need} projects need`} somebody.`,
  ];
  return projects.length === 0 ? "" : sentences.filter(Boolean).join(" ");
}

const needsSomebody = (project: ProjectCardView) =>
  project.brokenIntegrations > 0 ||
  project.apps.some((app) => ["failed", "attention", "disconnected"].includes(app.state));
