"use client";

import { Check, Link2 } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { copyText } from "@/components/ui/copy-text";

/** Copies the address of the chosen line, or of the page. */
export function LogLink({ line }: { line: number | undefined }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const label = line === undefined ? "Copy link to the log" : `Copy link to line ${line}`;
  return (
    <Button
      variant="ghost"
      square
      aria-label={label}
      title={label}
      onClick={() => void copyText(location.href).then(setCopied)}
    >
      {copied ? <Check aria-hidden className="text-ok" /> : <Link2 aria-hidden />}
      <span role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </span>
    </Button>
  );
}
