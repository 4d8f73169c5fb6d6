"use client";

import { Check } from "lucide-react";
import Link from "next/link";
import { Slot } from "radix-ui/slot";
import { type KeyboardEvent, type ReactElement, type ReactNode, type SyntheticEvent, useState } from "react";
import { cn } from "./cn";
import { landmarkOf } from "./landmark-of";
import { useMenuParts } from "./menu-parts";
import { useLazy } from "./use-lazy";

type MenuProps = {
  trigger: ReactElement;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  className?: string | undefined;
  children: ReactNode;
};

const load = () => import("./menu-frame");

/**
 * A list of what can be done. Destructive entries come last, after a `MenuSeparator`. Until it is first opened only its
 * button is there; the rest is fetched when pointer or focus comes near.
 */
export function Menu({ trigger, align = "end", side = "bottom", className, children }: MenuProps) {
  const { parts, warm, want } = useLazy(load);
  const [container, setContainer] = useState<HTMLElement>();
  if (parts && container) {
    return (
      <parts.MenuFrame
        container={container}
        trigger={trigger}
        align={align}
        side={side}
        className={className}
      >
        {children}
      </parts.MenuFrame>
    );
  }
  const open = (event: SyntheticEvent) => {
    setContainer(landmarkOf(event.currentTarget));
    want();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    open(event);
  };
  return (
    <Slot
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={warm}
      onFocus={warm}
      onClick={open}
      onKeyDown={onKeyDown}
    >
      {trigger}
    </Slot>
  );
}

const item =
  "flex min-h-8 w-full cursor-pointer select-none items-center gap-2.5 rounded-control px-2 py-1 text-left text-sm outline-none " +
  "data-highlighted:bg-fill pointer-coarse:min-h-10 [&_.lucide]:text-ink-2";

type ItemProps = {
  icon?: ReactNode;
  /** Opens a page; otherwise give `onSelect`. */
  href?: string | undefined;
  onSelect?: (() => void) | undefined;
  danger?: boolean;
  /** Why it cannot be used; shown under its name. */
  disabledReason?: string | undefined;
  children: ReactNode;
};

export function MenuItem({ icon, href, onSelect, danger = false, disabledReason, children }: ItemProps) {
  const { Item } = useMenuParts();
  const look = cn(item, danger && "text-bad [&_.lucide]:text-bad", disabledReason && "cursor-not-allowed");
  if (disabledReason !== undefined) {
    return (
      <Item aria-disabled="true" onSelect={(event) => event.preventDefault()} className={look}>
        {icon && <span className="flex opacity-45">{icon}</span>}
        <span className="min-w-0">
          <span className="block opacity-45">{children}</span>
          <span className="block text-ink-3 text-xs">{disabledReason}</span>
        </span>
      </Item>
    );
  }
  if (href !== undefined) {
    return (
      <Item asChild className={look}>
        <Link href={href}>
          {icon}
          <span className="min-w-0 truncate">{children}</span>
        </Link>
      </Item>
    );
  }
  return (
    <Item className={look} {...(onSelect ? { onSelect } : {})}>
      {icon}
      <span className="min-w-0 truncate">{children}</span>
    </Item>
  );
}

type RadioProps = {
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  options: { value: string; label: ReactNode; icon?: ReactNode }[];
};

/** One of several, with a check at the chosen one. */
export function MenuRadioGroup({ label, value, onValueChange, options }: RadioProps) {
  const { RadioGroup, RadioItem, ItemIndicator } = useMenuParts();
  return (
    <RadioGroup aria-label={label} value={value} onValueChange={onValueChange}>
      {options.map((option) => (
        <RadioItem key={option.value} value={option.value} className={item}>
          {option.icon}
          <span className="flex-1">{option.label}</span>
          <ItemIndicator>
            <Check aria-hidden className="text-accent!" />
          </ItemIndicator>
        </RadioItem>
      ))}
    </RadioGroup>
  );
}

export function MenuSeparator() {
  const { Separator } = useMenuParts();
  return <Separator className="my-1.5 h-px bg-line" />;
}

export function MenuLabel({ children }: { children: ReactNode }) {
  const { Label } = useMenuParts();
  return <Label className="px-2 py-1.5 text-ink-3 text-xs">{children}</Label>;
}
