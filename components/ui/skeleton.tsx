import type { ReactNode } from "react";
import { cn } from "./cn";

/** One block of what is coming; give it the exact size by class. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cn("block rounded-tag bg-fill", className)} />;
}

/** Holds skeletons; shows itself only when the wait has lasted 300 ms. */
export function Loading({
  label = "Loading",
  className,
  children,
}: {
  label?: string;
  className?: string;
  children?: ReactNode;
}) {
  return (
    <div role="status" className={cn("animate-appear", className)}>
      <span className="sr-only">{label}</span>
      {children}
    </div>
  );
}
