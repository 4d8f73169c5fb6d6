import { Bell, LayoutGrid, Server, UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { AppShell } from "@/components/shell/app-shell";
import type { JumpItem } from "@/components/ui/command-palette";
import { requireSession } from "@/lib/auth";
import { listProjectNames, mayCreateProject, type ProjectName } from "@/lib/projects";
import { signOut } from "./actions";
import { bellOf } from "./bell";

/** The frame around pages that belong to no project. */
export async function HomeShell({ children }: { children: ReactNode }) {
  const session = await requireSession();
  const [projects, create, bell] = await Promise.all([
    listProjectNames(session),
    mayCreateProject(session),
    bellOf(session),
  ]);
  const { isInstanceAdmin } = session.user;
  return (
    <AppShell
      user={session.user}
      bell={bell}
      projects={projects}
      nav={[
        { href: "/", label: "Projects", icon: <LayoutGrid aria-hidden /> },
        { href: "/notifications", label: "Notifications", icon: <Bell aria-hidden /> },
        { href: "/account", label: "Account", icon: <UserRound aria-hidden /> },
        ...(isInstanceAdmin
          ? [{ href: "/console", label: "This instance", icon: <Server aria-hidden /> }]
          : []),
      ]}
      newProjectHref={create.allowed ? "/projects/new" : undefined}
      jump={homeJumps(projects, isInstanceAdmin)}
      signOut={signOut}
    >
      {children}
    </AppShell>
  );
}

/** What can be jumped to from everywhere. */
export function homeJumps(projects: readonly ProjectName[], isInstanceAdmin: boolean): JumpItem[] {
  return [
    ...projects.map(({ id, name }) => ({ id, label: name, group: "Projects", href: `/projects/${id}` })),
    { id: "home", label: "All projects", group: "Console", href: "/" },
    { id: "notifications", label: "Notifications", group: "Console", href: "/notifications" },
    {
      id: "account",
      label: "Account",
      group: "Console",
      href: "/account",
      keywords: ["password", "sessions"],
    },
    ...(isInstanceAdmin
      ? [
          {
            id: "console",
            label: "This instance",
            group: "Console",
            href: "/console",
            keywords: ["admin", "github"],
          },
        ]
      : []),
  ];
}
