import type { ReactNode } from "react";
import { Brand } from "@/components/brand";

const points: [number, number][] = [
  [150, 100],
  [330, 160],
  [470, 160],
  [640, 100],
  [760, 100],
  [960, 36],
  [1100, 36],
  [1280, 100],
];

/** The page of a sign-in card: name above, a quiet drawing of branches beneath. */
export function AuthScene({
  children,
  footer,
  below,
}: {
  children: ReactNode;
  footer?: ReactNode;
  below?: ReactNode;
}) {
  return (
    <main
      id="content"
      className="relative flex min-h-dvh flex-col items-center overflow-hidden px-4 pt-[min(14dvh,140px)] pb-6"
    >
      <Branches />
      <Brand />
      <div className="relative mt-7 w-full max-w-[360px] rounded-dialog border border-line bg-surface p-5 shadow-2 sm:p-7">
        {children}
      </div>
      {below && <div className="relative mt-6 max-w-[360px] text-center text-ink-3 text-sm">{below}</div>}
      {footer && <div className="relative mt-auto pt-16 text-center text-ink-3 text-xs">{footer}</div>}
    </main>
  );
}

function Branches() {
  return (
    <svg
      viewBox="0 0 1440 200"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      className="pointer-events-none absolute inset-x-0 bottom-8 h-[200px] w-full text-line"
    >
      <g fill="none" stroke="currentColor" strokeWidth="1.5">
        <path d="M0 100h1440" />
        <path d="M150 100c60 0 70 60 140 60h200c70 0 80-60 150-60" />
        <path d="M760 100c60 0 70-64 140-64h240c70 0 80 64 140 64" />
      </g>
      <g fill="var(--canvas)" stroke="currentColor" strokeWidth="1.5">
        {points.map(([x, y]) => (
          <circle key={`${x}-${y}`} cx={x} cy={y} r="5" />
        ))}
      </g>
    </svg>
  );
}
