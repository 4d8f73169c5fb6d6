"use client";

import type { ComponentProps } from "react";
import { cn } from "./cn";
import { useControl } from "./form-context";
import { fieldStyle } from "./input-style";

export function Textarea({
  mono = false,
  className,
  rows = 4,
  ...rest
}: ComponentProps<"textarea"> & { mono?: boolean }) {
  return (
    <textarea
      rows={rows}
      {...rest}
      {...useControl(rest)}
      className={cn(fieldStyle, "block px-2.5 py-1.5", mono && "font-mono", className)}
    />
  );
}
