"use client";

import { X } from "lucide-react";
import * as Radix from "radix-ui/dialog";
import { type ReactNode, type RefObject, useRef } from "react";
import { cn } from "./cn";
import { DialogPartsContext } from "./dialog-parts";

export type DialogFrameProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** What gets the focus back. */
  opener: RefObject<HTMLElement | null>;
  title: ReactNode;
  description: ReactNode;
  footer: ReactNode;
  locked: boolean;
  className: string | undefined;
  children: ReactNode;
};

/** The dialog itself, fetched when it is first opened. */
export default function DialogFrame(props: DialogFrameProps) {
  const { open, onOpenChange, title, description, footer, children } = props;
  return (
    <DialogPartsContext value={Radix}>
      <Radix.Root open={open} onOpenChange={onOpenChange}>
        <Sheet
          opener={props.opener}
          locked={props.locked}
          className={props.className}
          described={Boolean(description)}
        >
          <div className="min-h-0 overflow-y-auto overscroll-contain px-5 pt-5 pb-5 sm:px-6 sm:pt-6">
            <div className="flex items-start justify-between gap-4">
              <Radix.Title className="text-xl">{title}</Radix.Title>
              {!footer && <DialogX />}
            </div>
            {description && (
              <Radix.Description asChild>
                <div className="mt-1 text-base text-ink-2">{description}</div>
              </Radix.Description>
            )}
            {children}
          </div>
          {footer && (
            <div className="flex shrink-0 justify-end gap-2 rounded-b-[15px] border-line border-t bg-canvas px-5 py-4 max-sm:rounded-none max-sm:*:flex-1 sm:px-6">
              {footer}
            </div>
          )}
        </Sheet>
      </Radix.Root>
    </DialogPartsContext>
  );
}

function DialogX() {
  return (
    <Radix.Close
      aria-label="Close"
      className="-mt-0.5 -mr-2 inline-flex size-8 shrink-0 items-center justify-center rounded-control text-ink-2 hover:bg-fill pointer-coarse:size-10"
    >
      <X aria-hidden />
    </Radix.Close>
  );
}

type SheetProps = {
  opener: RefObject<HTMLElement | null>;
  locked: boolean;
  described: boolean;
  className: string | undefined;
  children: ReactNode;
};

function Sheet({ opener, locked, described, className, children }: SheetProps) {
  const content = useRef<HTMLDivElement>(null);
  const hold = (event: Event) => locked && event.preventDefault();
  return (
    <Radix.Portal>
      <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
      <Radix.Content
        ref={content}
        onOpenAutoFocus={(event) => {
          const first = firstFocus(content.current);
          if (!first) return;
          event.preventDefault();
          first.focus();
        }}
        onCloseAutoFocus={(event) => {
          if (!opener.current) return;
          event.preventDefault();
          opener.current.focus();
        }}
        onEscapeKeyDown={hold}
        onInteractOutside={hold}
        {...(described ? {} : { "aria-describedby": undefined })}
        className={cn(
          "-translate-x-1/2 -translate-y-1/2 fixed top-1/2 left-1/2 z-40 flex max-h-[calc(100dvh-48px)] w-[560px] max-w-[calc(100vw-32px)] flex-col",
          "animate-pop rounded-dialog border border-line bg-surface shadow-2 outline-none dark:border-line-strong",
          "max-sm:inset-x-0 max-sm:top-auto max-sm:bottom-0 max-sm:w-full max-sm:max-w-full max-sm:translate-x-0 max-sm:translate-y-0 max-sm:animate-sheet max-sm:rounded-b-none",
          className,
        )}
      >
        {children}
      </Radix.Content>
    </Radix.Portal>
  );
}

/** A field, else Cancel; never the button that does the damage. */
function firstFocus(content: HTMLElement | null): HTMLElement | null | undefined {
  return (
    content?.querySelector<HTMLElement>("[data-autofocus]") ??
    content?.querySelector<HTMLElement>("input:not([type=hidden]):not(:disabled), textarea, select") ??
    content?.querySelector<HTMLElement>("[data-cancel]")
  );
}
