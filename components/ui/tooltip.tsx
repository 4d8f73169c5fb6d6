"use client";

import { Slot } from "radix-ui/slot";
import {
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { createPortal } from "react-dom";
import { landmarkOf } from "./landmark-of";
import { placeBeside, type Side } from "./place-beside";

type Props = { content: ReactNode; side?: Side; children: ReactElement };

const restMs = 400;
const graceMs = 120;

/**
 * A short note on what is under the pointer or has focus; never the only place of a fact. It waits 400 ms, stays while
 * the pointer is on it, and goes on Esc. (Written here: the library's takes 14 KB on every page that has a button.)
 */
export function Tooltip({ content, side = "top", children }: Props) {
  const id = useId();
  const trigger = useRef<HTMLElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [open, setOpen] = useState(false);

  const after = (ms: number, next: boolean) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOpen(next), ms);
  };
  const show = () => after(restMs, true);
  const hide = () => after(graceMs, false);

  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!open) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") setOpen(false);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [open]);

  return (
    <>
      <Slot
        ref={trigger}
        aria-describedby={open ? id : undefined}
        onPointerEnter={(event) => event.pointerType !== "touch" && show()}
        onPointerLeave={hide}
        onPointerDown={() => after(0, false)}
        onFocus={(event) => event.target.matches(":focus-visible") && show()}
        onBlur={hide}
        // On touch there is no hovering: a tap on what cannot be used says why.
        onClick={() => trigger.current?.ariaDisabled === "true" && after(0, true)}
      >
        {children}
      </Slot>
      {open &&
        createPortal(
          <Bubble
            id={id}
            side={side}
            trigger={trigger.current}
            onStay={() => clearTimeout(timer.current)}
            onLeave={hide}
          >
            {content}
          </Bubble>,
          landmarkOf(trigger.current),
        )}
    </>
  );
}

type BubbleProps = {
  id: string;
  side: Side;
  trigger: HTMLElement | null;
  onStay: () => void;
  onLeave: () => void;
  children: ReactNode;
};

function Bubble({ id, side, trigger, onStay, onLeave, children }: BubbleProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!box.current || !trigger) return;
    const { style } = box.current;
    style.left = "0px";
    style.top = "0px";
    // Inside of what is transformed, `fixed` counts from there: wherever 0, 0 turned out to be.
    const own = box.current.getBoundingClientRect();
    const view = { width: window.innerWidth, height: window.innerHeight };
    const { left, top } = placeBeside(trigger.getBoundingClientRect(), own, side, view);
    style.left = `${left - own.left}px`;
    style.top = `${top - own.top}px`;
  });
  return (
    <div
      ref={box}
      id={id}
      role="tooltip"
      onPointerEnter={onStay}
      onPointerLeave={onLeave}
      className="fixed top-0 left-0 z-50 w-max max-w-72 animate-fade rounded-control bg-ink px-2 py-1 text-on-ink text-xs"
    >
      {children}
    </div>
  );
}
