"use client";

import * as Radix from "radix-ui/dropdown-menu";
import type { ReactElement, ReactNode } from "react";
import { cn } from "./cn";
import { MenuPartsContext } from "./menu-parts";

export type MenuFrameProps = {
  trigger: ReactElement;
  container: HTMLElement;
  align: "start" | "center" | "end";
  side: "top" | "right" | "bottom" | "left";
  className: string | undefined;
  children: ReactNode;
};

/** The menu itself, once it was asked for: it opens at once. */
export function MenuFrame({ trigger, container, align, side, className, children }: MenuFrameProps) {
  return (
    <MenuPartsContext value={Radix}>
      <Radix.Root modal={false} defaultOpen>
        <Radix.Trigger asChild>{trigger}</Radix.Trigger>
        <Radix.Portal container={container}>
          <Radix.Content
            align={align}
            side={side}
            sideOffset={6}
            collisionPadding={8}
            className={cn(
              "z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 max-w-[calc(100vw-16px)] overflow-y-auto",
              "animate-pop rounded-card border border-line-strong bg-surface p-1.5 shadow-2 outline-none",
              className,
            )}
          >
            {children}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </MenuPartsContext>
  );
}
