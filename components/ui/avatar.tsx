import { cn } from "./cn";

const hues = [300, 195, 60, 140, 250, 20];

function hueOf(name: string): number {
  let sum = 0;
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return hues[sum % hues.length] ?? 250;
}

/** A person's initial on a quiet ground. Decorative: the name stands beside it. */
export function Avatar({ name, size = 24 }: { name: string; size?: 20 | 24 | 32 }) {
  return (
    <span
      aria-hidden="true"
      style={{ ["--hue" as string]: hueOf(name) }}
      className={cn(
        "inline-flex shrink-0 items-center justify-center rounded-full font-semibold leading-none",
        "bg-[oklch(0.9_0.05_var(--hue))] text-[oklch(0.37_0.1_var(--hue))]",
        "dark:bg-[oklch(0.38_0.07_var(--hue))] dark:text-[oklch(0.93_0.04_var(--hue))]",
        size === 20 && "size-5 text-[10px]",
        size === 24 && "size-6 text-[11px]",
        size === 32 && "size-8 text-sm",
      )}
    >
      {Array.from(name.trim())[0]?.toUpperCase() ?? "?"}
    </span>
  );
}
