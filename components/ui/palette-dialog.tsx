"use client";

import { Command } from "cmdk";
import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import * as Radix from "radix-ui/dialog";
import type { JumpItem } from "./command-palette";
import { Kbd } from "./kbd";

type Props = { items: JumpItem[]; open: boolean; onOpenChange: (open: boolean) => void };

function grouped(items: JumpItem[]): [string, JumpItem[]][] {
  const groups = new Map<string, JumpItem[]>();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return [...groups];
}

export default function PaletteDialog({ items, open, onOpenChange }: Props) {
  const router = useRouter();
  const go = (href: string) => {
    onOpenChange(false);
    router.push(href);
  };
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          className="-translate-x-1/2 fixed top-[12dvh] left-1/2 z-40 w-[560px] max-w-[calc(100vw-24px)] animate-pop overflow-hidden rounded-dialog border border-line-strong bg-surface shadow-2 outline-none"
        >
          <Radix.Title className="sr-only">Jump to</Radix.Title>
          <Command label="Jump to" loop>
            <div className="flex items-center gap-3 border-line border-b px-4">
              <Search aria-hidden className="text-ink-3" />
              <Command.Input
                placeholder="Project, app, integration or setting"
                className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none pointer-coarse:text-[16px]"
              />
              <Kbd>esc</Kbd>
            </div>
            <Command.List className="max-h-[min(420px,60dvh)] overflow-y-auto overscroll-contain p-1.5">
              <Command.Empty className="px-3 py-6 text-center text-ink-3 text-sm">
                Nothing by that name.
              </Command.Empty>
              {grouped(items).map(([group, members]) => (
                <Command.Group
                  key={group}
                  heading={group}
                  className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-ink-3 [&_[cmdk-group-heading]]:text-xs"
                >
                  {members.map((item) => (
                    <Command.Item
                      key={item.id}
                      value={item.id}
                      keywords={[item.label, item.group, ...(item.keywords ?? [])]}
                      onSelect={() => go(item.href)}
                      className="flex min-h-9 cursor-pointer items-center rounded-control px-3 text-sm data-[selected=true]:bg-fill pointer-coarse:min-h-11"
                    >
                      <span className="truncate">{item.label}</span>
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
