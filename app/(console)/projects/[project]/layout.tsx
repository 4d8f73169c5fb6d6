import { History, LayoutGrid, Plug, SlidersHorizontal, UsersRound } from "lucide-react";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { LiveProject } from "@/components/live/live-project";
import { AppShell } from "@/components/shell/app-shell";
import type { ShellApp } from "@/components/shell/shell-types";
import type { JumpItem } from "@/components/ui/command-palette";
import { appLooks } from "@/components/ui/status-maps";
import { may } from "@/lib/access";
import { requireSession } from "@/lib/auth";
import { type AppStateView, getProjectShell, mayCreateProject } from "@/lib/projects";
import { signOut } from "../../actions";
import { bellOf } from "../../bell";
import { homeJumps } from "../../home-shell";
import { projectPage } from "./project-page";

type Props = { params: Promise<{ project: string }>; children: ReactNode };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project } = await params;
  const name = await projectPage(project, async (context) => context.projectName).catch(() => null);
  if (name === null) return { title: "Not found" };
  return { title: { default: name, template: `%s · ${name} · Skytells Console` } };
}

/** The frame of a project's pages. Who may not see the project gets the 404 page from here, before anything is sent. */
export default async function ProjectLayout({ params, children }: Props) {
  const { project } = await params;
  const session = await requireSession();
  const { context, shell, create, bell } = await projectPage(project, async (context) => {
    const [shell, create, bell] = await Promise.all([
      getProjectShell(context, session),
      mayCreateProject(session),
      bellOf(session),
    ]);
    return { context, shell, create, bell };
  });
  const base = `/projects/${context.projectId}`;
  return (
    <LiveProject projectId={context.projectId}>
      <AppShell
        user={session.user}
        bell={bell}
        project={{ id: context.projectId, name: context.projectName }}
        projects={shell.projects}
        nav={[
          { href: base, label: "Overview", icon: <LayoutGrid aria-hidden /> },
          {
            href: `${base}/integrations`,
            label: "Integrations",
            icon: <Plug aria-hidden />,
            badge: shell.brokenIntegrations,
            badgeLabel: "to be authorized again",
          },
          { href: `${base}/members`, label: "People", icon: <UsersRound aria-hidden /> },
          { href: `${base}/activity`, label: "Activity", icon: <History aria-hidden /> },
          { href: `${base}/settings`, label: "Settings", icon: <SlidersHorizontal aria-hidden /> },
        ]}
        apps={shell.apps.map((app) => toShellApp(base, app))}
        newProjectHref={create.allowed ? "/projects/new" : undefined}
        newAppHref={may(context, "app.create").allowed ? `${base}/apps/new` : undefined}
        jump={[
          ...projectJumps(base, context.projectName, shell.apps),
          ...homeJumps(shell.projects, session.user.isInstanceAdmin),
        ]}
        signOut={signOut}
      >
        {children}
      </AppShell>
    </LiveProject>
  );
}

const toShellApp = (base: string, { id, name, state }: AppStateView): ShellApp => ({
  id,
  name,
  href: `${base}/apps/${id}`,
  status: state,
  ...(state === "building" ? { word: appLooks.building.word } : {}),
});

function projectJumps(base: string, project: string, apps: readonly AppStateView[]): JumpItem[] {
  const page = (label: string, path: string, keywords: string[] = []) => ({
    id: `page-${label}`,
    label,
    group: project,
    href: `${base}${path}`,
    keywords,
  });
  return [
    ...apps.map(({ id, name }) => ({ id, label: name, group: "Apps", href: `${base}/apps/${id}` })),
    page("Overview", ""),
    page("Integrations", "/integrations", ["github", "connect"]),
    page("People", "/members", ["members", "invite", "roles"]),
    page("Activity", "/activity", ["audit", "history"]),
    page("Project settings", "/settings", ["rename"]),
  ];
}
