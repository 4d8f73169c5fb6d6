"use client";

import { CircleQuestionMark } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { Popover } from "@/components/ui/popover";

const keys: [string[], string][] = [
  [["⌘ K", "Ctrl K"], "Jump to a project, app, integration or setting"],
  [["/"], "Find in the list or log on the page"],
  [["⌘ ↵", "Ctrl ↵"], "Save the form"],
  [["esc"], "Close and go back to where you were"],
  [["←", "→"], "Move along tabs and segments"],
];

/** The keys that work everywhere. */
export function KeysHelp() {
  return (
    <Popover
      label="Help: keys"
      align="end"
      className="w-[340px]"
      trigger={
        <Button variant="ghost" square aria-label="Help: keys">
          <CircleQuestionMark aria-hidden />
        </Button>
      }
    >
      <p className="font-semibold text-base">Keys</p>
      <dl className="mt-3 grid gap-2.5 text-sm">
        {keys.map(([names, meaning]) => (
          <div key={meaning} className="flex items-baseline justify-between gap-4">
            <dt className="text-ink-2">{meaning}</dt>
            <dd className="flex shrink-0 gap-1">
              {names.map((name) => (
                <Kbd key={name}>{name}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Popover>
  );
}
