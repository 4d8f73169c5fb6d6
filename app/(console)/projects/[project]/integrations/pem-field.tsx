"use client";

import { cn } from "@/components/ui/cn";
import { useControl } from "@/components/ui/form-context";

/** A certificate as text; it is public, so it is shown as it was pasted. */
export function PemField({ defaultValue, className }: { defaultValue: string; className: string }) {
  const control = useControl({});
  return (
    <textarea
      {...control}
      defaultValue={defaultValue}
      rows={3}
      placeholder="-----BEGIN CERTIFICATE-----"
      autoCapitalize="none"
      autoComplete="off"
      spellCheck={false}
      className={cn(className, "min-h-20 resize-y px-2.5 py-1.5 font-mono text-xs")}
    />
  );
}
