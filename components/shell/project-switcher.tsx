"use client";

import { Check, ChevronsUpDown, LayoutGrid, Plus } from "lucide-react";
import type { ComponentProps } from "react";
import { BrandMark } from "@/components/brand";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/components/ui/menu";
import type { ShellProject } from "./shell-types";

type Props = { project: ShellProject | undefined; projects: ShellProject[]; newHref: string | undefined };

/** The present project, and the way to another one. */
export function ProjectSwitcher({ project, projects, newHref }: Props) {
  return (
    <Menu align="start" className="w-60" trigger={<Trigger name={project?.name ?? "Skytells Console"} />}>
      {projects.length > 0 && <MenuLabel>Projects</MenuLabel>}
      {projects.map((other) => (
        <MenuItem
          key={other.id}
          href={`/projects/${other.id}`}
          icon={<Check aria-hidden className={other.id === project?.id ? "text-accent!" : "invisible"} />}
        >
          {other.name}
        </MenuItem>
      ))}
      {projects.length > 0 && <MenuSeparator />}
      <MenuItem href="/" icon={<LayoutGrid aria-hidden />}>
        All projects
      </MenuItem>
      {newHref && (
        <MenuItem href={newHref} icon={<Plus aria-hidden />}>
          Create a project
        </MenuItem>
      )}
    </Menu>
  );
}

function Trigger({ name, ...rest }: { name: string } & ComponentProps<"button">) {
  return (
    <button
      type="button"
      aria-label={`Project ${name}, switch`}
      className="flex h-14 w-full items-center gap-2.5 rounded-control px-2 text-left -outline-offset-4"
      {...rest}
    >
      <BrandMark />
      <span className="min-w-0 flex-1 truncate font-semibold text-base">{name}</span>
      <ChevronsUpDown aria-hidden className="text-ink-2" />
    </button>
  );
}
