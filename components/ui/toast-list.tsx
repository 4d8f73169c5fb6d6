"use client";

import { X } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef } from "react";
import { Toaster as Sonner, toast as show } from "sonner";
import { Glyph, type GlyphShape } from "./status-glyph";
import { toneShape } from "./status-maps";
import type { ToastContent } from "./toast-bus";

const shapes: Record<ToastContent["tone"], GlyphShape> = {
  ok: "check",
  warn: "attention",
  bad: "failed",
  idle: "skipped",
};
const stay = { ok: 6000, idle: 6000, warn: 6000, bad: Number.POSITIVE_INFINITY } as const;

/** Everything that was asked for, shown once each in the order of asking. */
export default function Toasts({ waiting }: { waiting: ToastContent[] }) {
  const shown = useRef(0);
  useEffect(() => {
    for (const content of waiting.slice(shown.current)) present(content);
    shown.current = waiting.length;
  }, [waiting]);
  return (
    <Sonner
      position="bottom-right"
      offset={16}
      mobileOffset={16}
      gap={12}
      visibleToasts={4}
      expand
      containerAriaLabel="Messages"
      toastOptions={{ unstyled: true, className: "w-full sm:w-[360px]" }}
    />
  );
}

function present(
  content: ToastContent,
  id: string | number = content.id ?? crypto.randomUUID(),
  duration?: number,
) {
  show.custom((toastId) => <ToastCard content={content} id={toastId} />, {
    id,
    duration: duration ?? stay[content.tone],
  });
}

function ToastCard({ content, id }: { content: ToastContent; id: string | number }) {
  const { tone, title, detail, action } = content;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: focus inside holds the toast, whichever control has it.
    <div
      role={tone === "bad" ? "alert" : "status"}
      onFocus={() => present(content, id, Number.POSITIVE_INFINITY)}
      onBlur={() => present(content, id)}
      className="flex w-full gap-3 rounded-card border border-line-strong bg-surface p-4 font-sans text-ink text-sm shadow-2"
    >
      <Glyph shape={shapes[tone]} className={`mt-[3px] ${toneShape[tone]}`} />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        {detail && <p className="text-ink-2">{detail}</p>}
        {action && <ToastAction action={action} close={() => show.dismiss(id)} />}
      </div>
      <button
        type="button"
        aria-label="Dismiss"
        onClick={() => show.dismiss(id)}
        className="-mt-1 -mr-1.5 inline-flex size-7 shrink-0 items-center justify-center rounded-control text-ink-2 hover:bg-fill pointer-coarse:size-10"
      >
        <X aria-hidden />
      </button>
    </div>
  );
}

function ToastAction({ action, close }: { action: NonNullable<ToastContent["action"]>; close: () => void }) {
  const look =
    "mt-1 inline-flex min-h-6 items-center rounded-tag font-medium text-accent underline-offset-3 hover:underline";
  if ("href" in action) {
    return (
      <Link href={action.href} onClick={close} className={look}>
        {action.label}
      </Link>
    );
  }
  return (
    <button
      type="button"
      className={look}
      onClick={() => {
        action.onClick();
        close();
      }}
    >
      {action.label}
    </button>
  );
}
