import { Menu as MenuIcon } from "lucide-react";
import Link from "next/link";
import { ThemeToggle } from "@/components/theme-toggle";
import { buttonStyle } from "@/components/ui/button-style";
import { cn } from "@/components/ui/cn";
import { Bell } from "./bell";
import { JumpButton } from "./jump-button";
import { KeysHelp } from "./keys-help";

export type Crumb = { label: string; href?: string | undefined };

/** 56 px: where the page is, and at the right theme and help. Under 1024 px only the last crumb and search. */
export function TopBar({ crumbs }: { crumbs: Crumb[] }) {
  return (
    <header className="sticky top-0 z-30 border-line border-b bg-canvas">
      <div className="mx-auto flex h-14 w-full max-w-[1184px] items-center gap-2 px-4 lg:px-8">
        <button
          type="button"
          popoverTarget="sidebar"
          aria-label="Menu"
          className={cn(buttonStyle({ variant: "ghost", square: true }), "-ml-2 lg:hidden")}
        >
          <MenuIcon aria-hidden />
        </button>
        <Crumbs crumbs={crumbs} />
        <div className="-mr-2 ml-auto flex items-center gap-1">
          <JumpButton />
          <Bell />
          <span className="hidden lg:contents">
            <ThemeToggle />
            <KeysHelp />
          </span>
        </div>
      </div>
    </header>
  );
}

function Crumbs({ crumbs }: { crumbs: Crumb[] }) {
  const last = crumbs.length - 1;
  return (
    <nav aria-label="Breadcrumb" className="min-w-0">
      <ol className="flex min-w-0 items-center text-sm">
        {crumbs.map((crumb, index) => (
          <li
            key={`${crumb.href}${crumb.label}`}
            className={cn("min-w-0 items-center", index === last ? "flex" : "hidden shrink-0 lg:flex")}
          >
            {index === last || !crumb.href ? (
              <span
                aria-current={index === last ? "page" : undefined}
                className={cn("truncate", index === last ? "font-medium" : "text-ink-2")}
              >
                {crumb.label}
              </span>
            ) : (
              <Link href={crumb.href} className="rounded-tag text-ink-2 hover:text-ink">
                {crumb.label}
              </Link>
            )}
            {index < last && (
              <span aria-hidden="true" className="px-2 text-ink-3">
                /
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
