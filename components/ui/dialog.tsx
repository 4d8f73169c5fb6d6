"use client";

import dynamic from "next/dynamic";
import { Slot } from "radix-ui/slot";
import { type ReactElement, type ReactNode, useContext, useRef, useState } from "react";
import { DialogPartsContext } from "./dialog-parts";

export type DialogProps = {
  trigger?: ReactElement | undefined;
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
  title: ReactNode;
  description?: ReactNode;
  /** At the bottom, on `canvas`: Cancel, then the verb. Wrap Cancel in `DialogClose`. */
  footer?: ReactNode;
  /** Something is under way that must not be left by Esc or a click beside it. */
  locked?: boolean | undefined;
  className?: string | undefined;
  children?: ReactNode;
};

const load = () => import("./dialog-frame");
const DialogFrame = dynamic(load, { ssr: false });

/**
 * 560 px in the middle; under 640 px a sheet at the bottom with a fixed footer. Opens on its field or on Cancel. Its
 * code is fetched when the trigger is first approached.
 */
export function Dialog({
  trigger,
  title,
  description,
  footer,
  locked = false,
  className,
  children,
  ...state
}: DialogProps) {
  const opener = useRef<HTMLElement>(null);
  const [own, setOwn] = useState(false);
  const [used, setUsed] = useState(false);
  const open = state.open ?? own;
  const change = state.onOpenChange ?? setOwn;
  if (open && !used) setUsed(true);
  const warm = () => void load();
  return (
    <>
      {trigger && (
        <Slot
          ref={opener}
          aria-haspopup="dialog"
          onPointerEnter={warm}
          onFocus={warm}
          onClick={() => change(true)}
        >
          {trigger}
        </Slot>
      )}
      {used && (
        <DialogFrame
          open={open}
          onOpenChange={change}
          opener={opener}
          title={title}
          description={description}
          footer={footer}
          locked={locked}
          className={className}
        >
          {children}
        </DialogFrame>
      )}
    </>
  );
}

/** Makes its one child close the dialog around it. */
export function DialogClose({
  children,
}: {
  /** As the library has it; the child is always the button. */ asChild?: boolean;
  children: ReactElement;
}) {
  const parts = useContext(DialogPartsContext);
  if (!parts) throw new Error("DialogClose stands outside of a Dialog.");
  return <parts.Close asChild>{children}</parts.Close>;
}
