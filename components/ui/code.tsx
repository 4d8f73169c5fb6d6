import type { ComponentProps } from "react";
import { cn } from "./cn";

/** Inline code: scopes, globs, branch patterns. */
export function Code({ className, ...rest }: ComponentProps<"code">) {
  return <code className={cn("font-mono", className)} {...rest} />;
}

/** The first seven characters of a commit; links to the provider when an address is known. */
export function Commit({
  sha,
  href,
  className,
}: {
  sha: string;
  href?: string | undefined;
  className?: string | undefined;
}) {
  const text = <span className={cn("font-mono text-[0.93em] text-ink-2", className)}>{sha.slice(0, 7)}</span>;
  if (!href) return text;
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      title={sha}
      className="rounded-tag underline-offset-3 hover:underline"
    >
      {text}
      <span className="sr-only"> at the provider (opens in a new tab)</span>
    </a>
  );
}
