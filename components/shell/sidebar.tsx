"use client";

import { Plus } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useRef } from "react";
import { activeHref } from "@/components/ui/active-href";
import { cn } from "@/components/ui/cn";
import { ToneGlyph } from "@/components/ui/status";
import { Glyph } from "@/components/ui/status-glyph";
import { appLooks, toneText } from "@/components/ui/status-maps";
import type { AppShellProps } from "./app-shell";
import { JumpField } from "./jump-field";
import { PersonMenu } from "./person-menu";
import { ProjectSwitcher } from "./project-switcher";
import type { ShellApp, ShellNavItem } from "./shell-types";

export const drawerId = "sidebar";

type Props = Pick<
  AppShellProps,
  "user" | "project" | "projects" | "nav" | "apps" | "newAppHref" | "newProjectHref" | "signOut"
>;

/**
 * From 1024 px a column; under it a drawer. The drawer is the browser's own popover: it opens without script, closes on
 * Esc or a press beside it, and gives focus back to the menu button.
 */
export function Sidebar({ user, project, projects, nav, apps, newAppHref, newProjectHref, signOut }: Props) {
  const path = usePathname();
  const drawer = useRef<HTMLElement>(null);
  const active = activeHref(
    path,
    [...nav, ...(apps ?? [])].map((item) => item.href),
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the drawer.
  useEffect(() => {
    if (drawer.current?.matches(":popover-open")) drawer.current.hidePopover();
  }, [path]);

  return (
    <aside
      ref={drawer}
      id={drawerId}
      aria-label="Sidebar"
      popover="auto"
      className={cn(
        "inset-y-0 left-0 m-0 h-dvh max-h-none w-[280px] max-w-[85vw] flex-col overflow-y-auto border-0 border-line border-r bg-canvas text-ink",
        "backdrop:bg-scrim open:flex open:animate-fade lg:sticky lg:top-0 lg:flex lg:w-auto lg:max-w-none",
      )}
    >
      <div className="px-3">
        <ProjectSwitcher project={project} projects={projects} newHref={newProjectHref} />
        <JumpField />
      </div>
      <nav
        aria-label={project ? `Project ${project.name}` : "Console"}
        className="grid grid-cols-[minmax(0,1fr)] gap-0.5 px-3 pt-4"
      >
        {nav.map((item) => (
          <NavLink key={item.href} item={item} current={item.href === active} />
        ))}
      </nav>
      {apps && <Apps apps={apps} active={active} newAppHref={newAppHref} />}
      <div className="mt-auto px-3 pt-6 pb-3">
        <PersonMenu user={user} signOut={signOut} />
      </div>
    </aside>
  );
}

type RowProps = { href: string; current: boolean; children: ReactNode };

function RowLink({ href, current, children }: RowProps) {
  return (
    <Link
      href={href}
      aria-current={current ? "page" : undefined}
      className={cn(
        "flex h-8 items-center gap-2.5 rounded-control px-2 font-medium text-ink-2 text-sm -outline-offset-2 hover:bg-fill pointer-coarse:h-10 [&_.lucide]:size-[15px]",
        current && "bg-fill text-ink",
      )}
    >
      {children}
    </Link>
  );
}

function NavLink({ item, current }: { item: ShellNavItem; current: boolean }) {
  const badge = item.badge ?? 0;
  return (
    <RowLink href={item.href} current={current}>
      {item.icon}
      <span className="min-w-0 flex-1 truncate">{item.label}</span>
      {badge > 0 && (
        <span className="flex items-center gap-1.5 text-warn tabular-nums">
          <Glyph shape="attention" className="text-warn-solid" />
          {badge}
          <span className="sr-only"> {item.badgeLabel ?? "need attention"}</span>
        </span>
      )}
    </RowLink>
  );
}

function Apps({
  apps,
  active,
  newAppHref,
}: {
  apps: ShellApp[];
  active: string | undefined;
  newAppHref: string | undefined;
}) {
  return (
    <nav aria-labelledby="sidebar-apps" className="px-3 pt-5">
      <div className="flex h-7 items-center justify-between pl-2">
        <h2 id="sidebar-apps" className="font-medium text-ink-3 text-xs">
          Apps
        </h2>
        {newAppHref && (
          <Link
            href={newAppHref}
            aria-label="Create an app"
            title="Create an app"
            className="inline-flex size-8 items-center justify-center rounded-control text-ink-2 -outline-offset-2 hover:bg-fill pointer-coarse:size-10"
          >
            <Plus aria-hidden />
          </Link>
        )}
      </div>
      {apps.length === 0 ? (
        <p className="px-2 py-1 text-ink-3 text-sm">None yet</p>
      ) : (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-0.5">
          {apps.map((app) => (
            <RowLink key={app.id} href={app.href} current={app.href === active}>
              <ToneGlyph look={appLooks[app.status]} label={app.word ? "" : undefined} />
              <span className="min-w-0 flex-1 truncate">{app.name}</span>
              {app.word && (
                <span className={cn("text-xs", toneText[appLooks[app.status].tone])}>{app.word}</span>
              )}
            </RowLink>
          ))}
        </div>
      )}
    </nav>
  );
}
