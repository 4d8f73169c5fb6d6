"use client";

import dynamic from "next/dynamic";
import { Slot } from "radix-ui/slot";
import { type ReactElement, type ReactNode, useRef, useState } from "react";

type Props = {
  trigger: ReactElement;
  /** Names the popover for assistive technology. */
  label: string;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
  className?: string | undefined;
  children: ReactNode;
};

const load = () => import("./popover-frame");
const PopoverFrame = dynamic(load, { ssr: false });

/** A small panel beside its trigger; its code is fetched when the trigger is first approached. */
export function Popover({ trigger, align = "start", side = "bottom", className, children, ...props }: Props) {
  const anchor = useRef<HTMLElement>(null);
  const [own, setOwn] = useState(false);
  const [used, setUsed] = useState(false);
  const open = props.open ?? own;
  const change = props.onOpenChange ?? setOwn;
  const warm = () => void load();
  return (
    <>
      <Slot
        ref={anchor}
        aria-haspopup="dialog"
        aria-expanded={open}
        onPointerEnter={warm}
        onFocus={warm}
        onClick={() => {
          setUsed(true);
          change(!open);
        }}
      >
        {trigger}
      </Slot>
      {(used || open) && (
        <PopoverFrame
          anchor={anchor}
          label={props.label}
          align={align}
          side={side}
          open={open}
          onOpenChange={change}
          className={className}
        >
          {children}
        </PopoverFrame>
      )}
    </>
  );
}
