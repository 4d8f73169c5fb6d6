"use client";

import { ArrowDown, Download, WrapText } from "lucide-react";
import { memo, type ReactNode, useEffect, useMemo, useState } from "react";
import { Button } from "@/components/ui/button";
import { buttonStyle } from "@/components/ui/button-style";
import { cn } from "@/components/ui/cn";
import { findMatches } from "./find";
import { LogFind } from "./log-find";
import { LogLine, type LogLineData } from "./log-line";
import { LogLink } from "./log-link";
import { chunkCount, chunkHeight, chunkSize } from "./log-window";
import { useChosenLine } from "./use-chosen-line";
import { useLogScroll } from "./use-log-scroll";

export type { LogLineData } from "./log-line";

export type LogViewProps = {
  /** In order; while it runs, pass a longer array. */
  lines: readonly LogLineData[];
  /** More is to come. */
  live: boolean;
  /** Beside the title once it ended: "Ended 09:12:47". */
  endedLabel?: ReactNode;
  downloadHref?: string | undefined;
  title?: string;
  className?: string | undefined;
};

/** The log of a deployment: follows while it runs, finds, links, wraps; smooth with tens of thousands of lines. */
export function LogView({ lines, live, endedLabel, downloadHref, title = "Log", className }: LogViewProps) {
  const [wrap, setWrap] = useState(false);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const texts = useMemo(() => lines.map((line) => line.text), [lines]);
  const matches = useMemo(() => findMatches(texts, query), [texts, query]);
  const current = matches.length > 0 ? matches[at % matches.length] : undefined;
  const scroll = useLogScroll(lines.length, live, wrap);
  const chosen = useChosenLine(scroll.showLine);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another place is the event.
  useEffect(() => {
    if (current) scroll.showLine(current.line);
  }, [current?.line, query]);

  return (
    <section
      aria-label={title}
      className={cn(
        "flex min-h-0 min-w-0 flex-col rounded-card border border-line bg-surface shadow-1",
        className,
      )}
    >
      <div className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 border-line border-b px-4 py-1.5">
        <h2 className="font-semibold text-base">{title}</h2>
        <LogState live={live} following={scroll.following} endedLabel={endedLabel} />
        <div className="ml-auto flex min-w-0 items-center gap-1">
          <LogFind
            query={query}
            count={matches.length}
            at={matches.length > 0 ? (at % matches.length) + 1 : 0}
            onQuery={(next) => {
              setQuery(next);
              setAt(0);
            }}
            onStep={(step) => matches.length > 0 && setAt((at + step + matches.length) % matches.length)}
          />
          <LogLink line={chosen} />
          <Button
            variant="ghost"
            square
            aria-label="Wrap long lines"
            aria-pressed={wrap}
            title="Wrap long lines"
            onClick={() => setWrap(!wrap)}
            className="aria-pressed:bg-fill"
          >
            <WrapText aria-hidden />
          </Button>
          {downloadHref && (
            <a
              href={downloadHref}
              download
              aria-label="Download the log"
              title="Download the log"
              className={buttonStyle({ variant: "ghost", square: true })}
            >
              <Download aria-hidden />
            </a>
          )}
        </div>
      </div>
      <div className="relative min-h-0 flex-1">
        <div
          ref={scroll.box}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
          tabIndex={0}
          role="log"
          aria-live="off"
          aria-label={`${title} lines`}
          onScroll={scroll.onScroll}
          className="h-full min-h-40 overflow-auto rounded-b-[11px] bg-sunken py-3 font-mono text-xs leading-5 -outline-offset-2 [overflow-anchor:none]"
        >
          <div className={cn(wrap ? "w-full" : "w-max min-w-full")}>
            {Array.from({ length: chunkCount(lines.length) }, (_, chunk) => (
              <Chunk
                // biome-ignore lint/suspicious/noArrayIndexKey: a chunk is its place.
                key={chunk}
                chunk={chunk}
                lines={lines}
                drawn={chunk >= scroll.window.first && chunk <= scroll.window.last}
                measured={scroll.measured}
                wrap={wrap}
                chosen={inChunk(chosen === undefined ? undefined : chosen - 1, chunk)}
                query={query}
                matchLine={inChunk(current?.line, chunk)}
                matchNth={inChunk(current?.line, chunk) === undefined ? undefined : current?.nth}
              />
            ))}
            {live && (
              <span aria-hidden="true" className="ml-[8ch] block h-4 w-[7px] bg-accent sm:ml-[17ch]" />
            )}
            {!live && lines.length === 0 && (
              <p className="px-4 font-sans text-ink-3 text-sm">Nothing was written.</p>
            )}
          </div>
        </div>
        {live && !scroll.following && (
          <Button size="sm" onClick={scroll.follow} className="absolute right-4 bottom-4 shadow-2">
            <ArrowDown aria-hidden />
            Jump to end
          </Button>
        )}
      </div>
    </section>
  );
}

function LogState({
  live,
  following,
  endedLabel,
}: {
  live: boolean;
  following: boolean;
  endedLabel: ReactNode;
}) {
  if (!live) return <span className="text-ink-3 text-xs">{endedLabel}</span>;
  return (
    <span className={cn("flex items-center gap-1.5 text-xs", following ? "text-accent" : "text-ink-3")}>
      {following && <span aria-hidden="true" className="size-1.5 rounded-full bg-accent" />}
      {following ? "Following" : "Scrolled up"}
    </span>
  );
}

/** `index` if it lies in the chunk; so that a chunk is drawn again only when its own line is concerned. */
function inChunk(index: number | undefined, chunk: number): number | undefined {
  return index !== undefined && Math.floor(index / chunkSize) === chunk ? index : undefined;
}

type ChunkProps = {
  chunk: number;
  lines: readonly LogLineData[];
  drawn: boolean;
  measured: Map<number, number>;
  wrap: boolean;
  chosen: number | undefined;
  query: string;
  matchLine: number | undefined;
  matchNth: number | undefined;
};

const Chunk = memo(
  function Chunk({ chunk, lines, drawn, measured, wrap, chosen, query, matchLine, matchNth }: ChunkProps) {
    const first = chunk * chunkSize;
    if (!drawn) return <div style={{ height: chunkHeight(chunk, lines.length, measured) }} />;
    return (
      <div
        ref={(box) => {
          if (box && wrap) measured.set(chunk, box.offsetHeight);
        }}
      >
        {lines.slice(first, first + chunkSize).map((line, index) => (
          <LogLine
            key={line.n}
            line={line}
            wrap={wrap}
            chosen={chosen === first + index}
            query={query}
            mark={matchLine === first + index ? matchNth : undefined}
          />
        ))}
      </div>
    );
  },
  (before, after) => {
    if (before.drawn !== after.drawn) return false;
    if (!after.drawn) return before.lines.length === after.lines.length && before.wrap === after.wrap;
    const full = (after.chunk + 1) * chunkSize;
    const grew = before.lines !== after.lines && (before.lines.length < full || after.lines.length < full);
    return (
      !grew &&
      before.wrap === after.wrap &&
      before.chosen === after.chosen &&
      before.query === after.query &&
      before.matchLine === after.matchLine &&
      before.matchNth === after.matchNth
    );
  },
);
