import type { ReactNode } from "react";
import { cn } from "./cn";

/** The eleven shapes of a status. Each stays recognizable without its colour. */
export type GlyphShape =
  | "check"
  | "live"
  | "attention"
  | "failed"
  | "paused"
  | "running"
  | "queued"
  | "cancelled"
  | "skipped"
  | "clock"
  | "degraded";

export type GlyphSize = 12 | 14 | 16 | 18;

const cut = {
  fill: "none",
  stroke: "var(--surface)",
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;
const ring = <circle cx="8" cy="8" r="6.85" fill="none" stroke="currentColor" strokeWidth="1.5" />;

const shapes: Record<GlyphShape, ReactNode> = {
  check: (
    <>
      <circle cx="8" cy="8" r="7.6" fill="currentColor" />
      <path d="m4.9 8.3 2.1 2.1 4.1-4.5" strokeWidth="1.7" {...cut} />
    </>
  ),
  live: (
    <>
      <circle cx="8" cy="8" r="6.85" fill="none" stroke="currentColor" strokeWidth="1.5" opacity=".4" />
      <circle cx="8" cy="8" r="4" fill="currentColor" />
    </>
  ),
  attention: (
    <>
      <path
        d="M6.95 1.5a1.2 1.2 0 0 1 2.1 0l6.2 11.3a1.2 1.2 0 0 1-1.05 1.8H1.8a1.2 1.2 0 0 1-1.05-1.8Z"
        fill="currentColor"
      />
      <path d="M8 6v3.4M8 12v.05" strokeWidth="1.7" {...cut} />
    </>
  ),
  failed: (
    <>
      <path
        d="M5.15.4h5.7a1.2 1.2 0 0 1 .85.35l3.55 3.55a1.2 1.2 0 0 1 .35.85v5.7a1.2 1.2 0 0 1-.35.85l-3.55 3.55a1.2 1.2 0 0 1-.85.35h-5.7a1.2 1.2 0 0 1-.85-.35L.75 11.7a1.2 1.2 0 0 1-.35-.85v-5.7a1.2 1.2 0 0 1 .35-.85L4.3.75A1.2 1.2 0 0 1 5.15.4Z"
        fill="currentColor"
      />
      <path d="m5.7 5.7 4.6 4.6m0-4.6-4.6 4.6" strokeWidth="1.7" {...cut} />
    </>
  ),
  paused: (
    <>
      <rect x=".7" y=".7" width="14.6" height="14.6" rx="4" fill="currentColor" />
      <path d="M6 5.3v5.4M10 5.3v5.4" strokeWidth="1.7" {...cut} />
    </>
  ),
  running: (
    <>
      <circle cx="8" cy="8" r="6.85" fill="none" stroke="currentColor" strokeWidth="1.7" opacity=".28" />
      <path
        d="M8 1.15A6.85 6.85 0 0 1 14.85 8"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.7"
        strokeLinecap="round"
      />
    </>
  ),
  queued: (
    <circle
      cx="8"
      cy="8"
      r="6.85"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeDasharray="2.1 3.28"
      strokeLinecap="butt"
    />
  ),
  cancelled: (
    <>
      {ring}
      <path d="M12.6 3.4 3.4 12.6" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
  skipped: (
    <>
      {ring}
      <path d="M4.9 8h6.2" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  clock: (
    <>
      {ring}
      <path
        d="M8 4.3V8l2.1 1.5"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  degraded: (
    <>
      {ring}
      <path d="M8 4a4 4 0 0 1 0 8Z" fill="currentColor" />
    </>
  ),
};

/** One status shape in `currentColor`. Decorative: the word beside it carries the meaning for assistive technology. */
export function Glyph({
  shape,
  size = 14,
  className,
}: {
  shape: GlyphShape;
  size?: GlyphSize;
  className?: string | undefined;
}) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
      data-glyph={shape}
      className={cn("shrink-0", shape === "running" && "animate-arc", className)}
    >
      {shapes[shape]}
    </svg>
  );
}
