"use client";

import { Search } from "lucide-react";
import { useRef } from "react";
import { Input, type InputProps } from "./input";
import { Kbd } from "./kbd";
import { useSlashKey } from "./use-slash-key";

/** Finds in the list on this page; `/` moves focus here. */
export function SearchInput(props: Omit<InputProps, "icon" | "trailing" | "type" | "ref">) {
  const field = useRef<HTMLInputElement>(null);
  useSlashKey(field);
  return (
    <Input
      autoComplete="off"
      spellCheck={false}
      {...props}
      ref={field}
      type="search"
      icon={<Search aria-hidden />}
      trailing={<Kbd className="pointer-coarse:hidden">/</Kbd>}
    />
  );
}
