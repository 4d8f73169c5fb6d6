"use client";

import { Ellipsis, LogOut, Server, UserRound } from "lucide-react";
import { type ComponentProps, useRef } from "react";
import { ThemeChoice } from "@/components/theme-toggle";
import { Avatar } from "@/components/ui/avatar";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/components/ui/menu";
import type { ShellUser } from "./shell-types";

type Props = { user: ShellUser; signOut: () => Promise<void> };

/** Who is signed in, their account, and the way out. */
export function PersonMenu({ user, signOut }: Props) {
  const form = useRef<HTMLFormElement>(null);
  return (
    <>
      {/* Outside the menu: a form that unmounts with its menu would never be sent. */}
      <form ref={form} action={signOut} hidden />
      <Menu align="start" side="top" className="w-60" trigger={<Trigger name={user.name} />}>
        <MenuLabel>{user.email}</MenuLabel>
        <MenuItem href="/account" icon={<UserRound aria-hidden />}>
          Account
        </MenuItem>
        {user.isInstanceAdmin && (
          <MenuItem href="/console" icon={<Server aria-hidden />}>
            This instance
          </MenuItem>
        )}
        {/* The top bar has no room for it on small screens. */}
        <div className="lg:hidden">
          <MenuSeparator />
          <ThemeChoice />
        </div>
        <MenuSeparator />
        <MenuItem icon={<LogOut aria-hidden />} onSelect={() => form.current?.requestSubmit()}>
          Sign out
        </MenuItem>
      </Menu>
    </>
  );
}

function Trigger({ name, ...rest }: { name: string } & ComponentProps<"button">) {
  return (
    <button
      type="button"
      className="flex h-10 w-full items-center gap-2.5 rounded-control px-2 text-left font-medium text-sm -outline-offset-2 hover:bg-fill"
      {...rest}
    >
      <Avatar name={name} />
      <span className="min-w-0 flex-1 truncate">{name}</span>
      <Ellipsis aria-hidden className="text-ink-2" />
    </button>
  );
}
