"use client";

import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { Input } from "./input";

type Props = Omit<ComponentProps<typeof Input>, "type" | "trailing">;

/** A password that its writer may look at while typing. */
export function PasswordInput(props: Props) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <Input
      spellCheck={false}
      autoCapitalize="none"
      {...props}
      type={shown ? "text" : "password"}
      trailing={
        <button
          type="button"
          aria-pressed={shown}
          aria-label="Show password"
          onClick={() => setShown(!shown)}
          className="-mr-1 inline-flex size-7 shrink-0 items-center justify-center rounded-control text-ink-2 hover:bg-fill pointer-coarse:size-10 pointer-coarse:-mr-2.5"
        >
          <Icon aria-hidden className="size-4" />
        </button>
      }
    />
  );
}
