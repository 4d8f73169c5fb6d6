"use client";

import { X } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, useRef, useState } from "react";
import { cn } from "./cn";
import { useControl, useTouch } from "./form-context";
import { fieldStyle } from "./input-style";

type Props = {
  name?: string | undefined;
  defaultValue?: readonly string[] | undefined;
  placeholder?: string | undefined;
  /** Says what is wrong with a tag, or nothing. */
  check?: ((tag: string) => string | undefined) | undefined;
  onValueChange?: ((tags: string[]) => void) | undefined;
  /** Tags end at a space as well as at a comma or Enter; off for words that contain spaces. */
  splitAtSpace?: boolean;
  "aria-label"?: string | undefined;
};

/** A list of short mono texts (globs, patterns, words). Each is sent as one value of `name`, a pattern is dim when it excludes. */
export function TagInput({
  name,
  defaultValue = [],
  placeholder,
  check,
  onValueChange,
  splitAtSpace = true,
  ...rest
}: Props) {
  const control = useControl({ name });
  const [tags, setTags] = useState<string[]>([...defaultValue]);
  const [draft, setDraft] = useState("");
  const [problem, setProblem] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  useTouch(tags.join("\n"));

  const change = (next: string[]) => {
    setTags(next);
    onValueChange?.(next);
  };

  const add = (text: string) => {
    const found = text.split(splitAtSpace ? /[\s,]+/ : /[,\n]+/).map((tag) => tag.trim());
    const fresh = [...new Set(found)].filter((tag) => tag && !tags.includes(tag));
    const wrong = fresh.map((tag) => check?.(tag)).find(Boolean);
    setProblem(wrong);
    if (wrong) return;
    if (fresh.length > 0) change([...tags, ...fresh]);
    setDraft("");
  };

  const remove = (tag: string) => {
    change(tags.filter((other) => other !== tag));
    input.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.metaKey || event.ctrlKey) return;
    if (event.key === "Backspace" && draft === "" && tags.length > 0) change(tags.slice(0, -1));
    const ends = event.key === "Enter" || event.key === "," || (splitAtSpace && event.key === " ");
    if (!ends || (event.key === "Enter" && draft === "")) return;
    event.preventDefault();
    add(draft);
  };

  const onPaste = (event: ClipboardEvent<HTMLInputElement>) => {
    const text = event.clipboardData.getData("text");
    if (!/[\s,]/.test(text.trim())) return;
    event.preventDefault();
    add(draft + text);
  };

  return (
    <div className="grid gap-1.5">
      <div className={cn(fieldStyle, "flex flex-wrap items-center gap-1.5 px-1.5 py-1")}>
        {tags.map((tag) => (
          <Tag key={tag} tag={tag} onRemove={() => remove(tag)} />
        ))}
        <input
          ref={input}
          id={control.id || undefined}
          aria-label={rest["aria-label"]}
          aria-describedby={control["aria-describedby"]}
          aria-invalid={problem ? true : control["aria-invalid"]}
          value={draft}
          placeholder={tags.length === 0 ? placeholder : undefined}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setDraft(event.target.value);
            setProblem(undefined);
          }}
          onBlur={() => draft && add(draft)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          className="h-6 min-w-24 flex-1 bg-transparent px-1 font-mono outline-none"
        />
        {control.name && tags.map((tag) => <input key={tag} type="hidden" name={control.name} value={tag} />)}
      </div>
      {problem && (
        <p role="alert" className="text-bad text-sm">
          {problem}
        </p>
      )}
    </div>
  );
}

function Tag({ tag, onRemove }: { tag: string; onRemove: () => void }) {
  return (
    <span className="inline-flex h-6 min-w-0 items-center gap-1 rounded-tag border border-line bg-sunken pl-2 font-mono text-[12px] pointer-coarse:h-8">
      <span className={cn("truncate", tag.startsWith("!") && "text-ink-2")}>{tag}</span>
      <button
        type="button"
        aria-label={`Remove ${tag}`}
        onClick={onRemove}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-tag text-ink-2 hover:text-ink pointer-coarse:size-8"
      >
        <X aria-hidden className="size-3.5" />
      </button>
    </span>
  );
}
