"use client";

import { ChevronDown, ChevronUp, Search } from "lucide-react";
import { type KeyboardEvent, useRef } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { fieldStyle } from "@/components/ui/input-style";
import { Kbd } from "@/components/ui/kbd";
import { useSlashKey } from "@/components/ui/use-slash-key";

type Props = {
  query: string;
  count: number;
  at: number;
  onQuery: (query: string) => void;
  onStep: (step: 1 | -1) => void;
};

/** Finds in the log: `/` comes here, Enter and Shift Enter go on, Esc empties. On a phone it opens on its icon. */
export function LogFind({ query, count, at, onQuery, onStep }: Props) {
  const field = useRef<HTMLInputElement>(null);
  useSlashKey(field);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      event.preventDefault();
      onStep(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape" && query !== "") {
      event.preventDefault();
      onQuery("");
    }
  };
  return (
    <>
      <label
        className={cn(
          fieldStyle,
          "flex h-8 items-center gap-2 px-2.5 text-ink-2 pointer-coarse:h-10 sm:w-52",
          "max-sm:w-36 max-sm:not-focus-within:has-[input:placeholder-shown]:w-8 max-sm:not-focus-within:has-[input:placeholder-shown]:border-transparent max-sm:not-focus-within:has-[input:placeholder-shown]:bg-transparent pointer-coarse:max-sm:not-focus-within:has-[input:placeholder-shown]:w-10",
        )}
      >
        <Search aria-hidden className="size-[15px]" />
        <input
          ref={field}
          type="text"
          aria-label="Find in log"
          placeholder="Find in log"
          value={query}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onQuery(event.target.value)}
          onKeyDown={onKeyDown}
          className="min-w-0 flex-1 bg-transparent text-ink outline-none"
        />
        {query === "" ? (
          <Kbd className="max-sm:hidden pointer-coarse:hidden">/</Kbd>
        ) : (
          <span role="status" className="shrink-0 text-ink-3 text-xs tabular-nums">
            {count === 0 ? "None" : `${at} of ${count}`}
          </span>
        )}
      </label>
      {count > 0 && (
        <>
          <Button variant="ghost" square aria-label="Previous match" onClick={() => onStep(-1)}>
            <ChevronUp aria-hidden />
          </Button>
          <Button variant="ghost" square aria-label="Next match" onClick={() => onStep(1)}>
            <ChevronDown aria-hidden />
          </Button>
        </>
      )}
    </>
  );
}
