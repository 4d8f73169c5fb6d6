"use client";

import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";
import { useControl } from "./form-context";
import { type FieldScale, fieldHeight, fieldStyle } from "./input-style";

export type InputProps = ComponentProps<"input"> & {
  scale?: FieldScale | undefined;
  /** Names, scopes, globs and URLs to paste are monospaced. */
  mono?: boolean | undefined;
  /** An icon before the text. */
  icon?: ReactNode;
  /** A note or key after the text. */
  trailing?: ReactNode;
};

export function Input({ scale = "md", mono = false, icon, trailing, className, ...rest }: InputProps) {
  const control = useControl(rest);
  const input = (
    <input
      {...rest}
      {...control}
      className={
        icon || trailing
          ? cn("size-full min-w-0 flex-1 bg-transparent outline-none", mono && "font-mono")
          : cn(fieldStyle, fieldHeight[scale], "px-2.5 read-only:bg-sunken", mono && "font-mono", className)
      }
    />
  );
  if (!icon && !trailing) return input;
  return (
    <span
      className={cn(
        fieldStyle,
        fieldHeight[scale],
        "flex items-center gap-2 px-2.5 text-ink-3 [&>input]:text-ink",
        className,
      )}
    >
      {icon}
      {input}
      {trailing}
    </span>
  );
}
