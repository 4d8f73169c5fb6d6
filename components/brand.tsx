import { cn } from "@/components/ui/cn";

/** The mark: one line bent into an S, on ink. */
export function BrandMark({ size = 24, className }: { size?: number; className?: string | undefined }) {
  return (
    <svg
      viewBox="0 0 30 30"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
      className={cn("shrink-0", className)}
    >
      <rect width="30" height="30" rx="8" fill="var(--ink)" />
      <path
        d="M20 10.9c-.7-1.8-2.7-2.7-5-2.7-2.4 0-4 .9-4 2.5 0 2 2.2 2.6 5 3.2 3.6.8 6.2 2 6.2 4.9 0 2.6-2.7 4-6.7 4-4.3 0-7.3-1.5-8-4.3"
        fill="none"
        stroke="var(--on-ink)"
        strokeWidth="2.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

/** Mark and name, for pages outside a project. */
export function Brand() {
  return (
    <span className="inline-flex items-center gap-2.5 font-semibold text-lg">
      <BrandMark size={30} />
      Skytells Console
    </span>
  );
}
