import { ArrowUpRight } from "lucide-react";
import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

const look = "rounded-tag font-medium text-accent underline-offset-3 hover:underline";

/** A link inside the console. */
export function TextLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return <Link className={cn(look, className)} {...rest} />;
}

type ExternalProps = { href: string; icon?: boolean; className?: string | undefined; children: ReactNode };

/** A link to another site: a new tab that learns nothing of this page. */
export function ExternalLink({ href, icon = false, className, children }: ExternalProps) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" className={cn(look, className)}>
      {children}
      {icon && <ArrowUpRight aria-hidden className="ml-0.5 inline size-3.5 align-[-2px]" />}
      <span className="sr-only"> (opens in a new tab)</span>
    </a>
  );
}
