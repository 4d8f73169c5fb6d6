import type { ReactNode } from "react";
import { CommandPalette, type JumpItem } from "@/components/ui/command-palette";
import { type BellProps, BellProvider } from "./bell";
import type { ShellApp, ShellNavItem, ShellProject, ShellUser } from "./shell-types";
import { Sidebar } from "./sidebar";

export type { ShellApp, ShellNavItem, ShellProject, ShellUser } from "./shell-types";

export type AppShellProps = {
  user: ShellUser;
  /** What the person was told; shown in the top bar. */
  bell: BellProps;
  /** The project that the page is in; without one the sidebar shows the projects. */
  project?: ShellProject | undefined;
  projects: ShellProject[];
  nav: ShellNavItem[];
  apps?: ShellApp[] | undefined;
  /** Where "create a project" leads, if the person may. */
  newProjectHref?: string | undefined;
  /** Where "new app" leads, if the person may create one. */
  newAppHref?: string | undefined;
  jump: JumpItem[];
  /** A server action. */
  signOut: () => Promise<void>;
  /** Off when the person switched single-letter keys off. */
  singleKeys?: boolean | undefined;
  children: ReactNode;
};

/** Sidebar (a drawer under 1024 px) beside the page. A page is a `TopBar` and a `Page`. */
export function AppShell({ children, jump, bell, singleKeys = true, ...sidebar }: AppShellProps) {
  return (
    <div data-single-keys={singleKeys ? "on" : "off"} className="lg:grid lg:grid-cols-[240px_minmax(0,1fr)]">
      <a
        href="#content"
        className="-translate-y-20 fixed top-2 left-2 z-50 rounded-control bg-ink px-3 py-2 font-medium text-on-ink text-sm focus:translate-y-0"
      >
        Skip to content
      </a>
      <Sidebar {...sidebar} />
      <div className="flex min-h-dvh min-w-0 flex-col">
        <BellProvider bell={bell}>{children}</BellProvider>
      </div>
      <CommandPalette items={jump} />
    </div>
  );
}
