"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { cn } from "./cn";
import { copyText } from "./copy-text";

/** Copies `value`; says so for two seconds, in shape and to assistive technology. */
export function CopyButton({
  value,
  label,
  className,
}: {
  value: string;
  label: string;
  className?: string | undefined;
}) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={() => void copyText(value).then(setCopied)}
      className={cn(
        "inline-flex size-7 shrink-0 items-center justify-center rounded-control text-ink-2 hover:bg-fill hover:text-ink pointer-coarse:size-10",
        className,
      )}
    >
      <Icon aria-hidden className={cn("size-4", copied && "text-ok")} />
      <span role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </span>
    </button>
  );
}

/** A value to paste elsewhere: read-only, selected whole on focus, with a button that copies it. */
export function CopyField({ value, label, className }: { value: string; label: string; className?: string }) {
  return (
    <span
      className={cn(
        "field-ring flex h-[34px] items-center rounded-control border border-line-strong bg-sunken pr-1 pointer-coarse:h-10",
        className,
      )}
    >
      <input
        readOnly
        value={value}
        aria-label={label}
        onFocus={(event) => event.currentTarget.select()}
        className="h-full min-w-0 flex-1 truncate bg-transparent px-2.5 font-mono text-[12px] outline-none"
      />
      <CopyButton value={value} label={`Copy ${label}`} />
    </span>
  );
}
