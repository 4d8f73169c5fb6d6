"use client";

import * as Radix from "radix-ui/popover";
import type { ReactNode, RefObject } from "react";
import { cn } from "./cn";
import { landmarkOf } from "./landmark-of";

type Props = {
  anchor: RefObject<HTMLElement | null>;
  label: string;
  align: "start" | "center" | "end";
  side: "top" | "right" | "bottom" | "left";
  open: boolean;
  onOpenChange: (open: boolean) => void;
  className: string | undefined;
  children: ReactNode;
};

/** What a popover shows once it is opened; fetched then. */
export default function PopoverFrame({
  anchor,
  label,
  align,
  side,
  open,
  onOpenChange,
  className,
  children,
}: Props) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Anchor virtualRef={anchor as RefObject<HTMLElement>} />
      <Radix.Portal container={landmarkOf(anchor.current)}>
        <Radix.Content
          aria-label={label}
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          onInteractOutside={(event) => {
            // A press on the trigger closes by the trigger's own click.
            if (anchor.current?.contains(event.target as Node)) event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            anchor.current?.focus();
          }}
          className={cn(
            "z-50 max-w-[calc(100vw-16px)] animate-pop rounded-card border border-line-strong bg-surface p-4 shadow-2 outline-none",
            className,
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
