import { cn } from "@/components/ui/cn";
import { type LogTone, parseAnsi } from "./ansi";
import { type MarkedSegment, markSegments } from "./find";
import { levelOf } from "./level";

export type LogLineData = {
  /** Counts from 1. */
  n: number;
  /** Milliseconds since the deployment started. */
  at: number;
  stream: "out" | "err" | "cmd" | "note";
  text: string;
};

const tones: Record<LogTone, string> = {
  ink: "text-ink",
  dim: "text-ink-3",
  accent: "text-accent",
  ok: "text-ok",
  warn: "text-warn",
  bad: "text-bad",
};

const two = (n: number) => String(n).padStart(2, "0");

/** "00:14.8": minutes, seconds, tenths. */
export function logClock(ms: number): string {
  const tenths = Math.floor(Math.max(0, ms) / 100);
  return `${two(Math.floor(tenths / 600))}:${two(Math.floor(tenths / 10) % 60)}.${tenths % 10}`;
}

type Props = {
  line: LogLineData;
  wrap: boolean;
  chosen: boolean;
  query: string /** The occurrence that is looked at. */;
  mark: number | undefined;
};

/** One line: a number that links to it, its time, its text in the tones of the design. */
export function LogLine({ line, wrap, chosen, query, mark }: Props) {
  const level = levelOf(line.text);
  return (
    <div
      id={`L${line.n}`}
      className={cn(
        // Number and time hang in the margin, so that a wrapped line keeps its left edge.
        "min-h-5 -indent-[8ch] pr-4 pl-[8ch] sm:-indent-[17ch] sm:pl-[17ch]",
        wrap ? "whitespace-pre-wrap break-all" : "whitespace-pre",
        level === "warn" && "bg-warn-soft",
        level === "bad" && "bg-bad-soft",
        chosen && "bg-accent-soft shadow-[inset_2px_0_var(--accent)]",
      )}
    >
      <a
        href={`#L${line.n}`}
        aria-label={`Line ${line.n}`}
        className="inline-block select-none indent-0 text-ink-3 -outline-offset-2 hover:text-ink"
      >
        {String(line.n).padStart(6)}
      </a>
      <span className="hidden select-none text-ink-3 sm:inline">{`  ${logClock(line.at)}`}</span>
      <span className="select-none">{"  "}</span>
      <span className={ground(line.stream, level)}>
        {line.stream === "cmd" && !line.text.startsWith("$ ") && "$ "}
        {markSegments(parseAnsi(line.text), query).map((segment, index) => (
          <Piece
            // biome-ignore lint/suspicious/noArrayIndexKey: the segments of a line have no identity but their place.
            key={index}
            segment={segment}
            current={segment.mark !== undefined && segment.mark === mark}
          />
        ))}
      </span>
    </div>
  );
}

function ground(stream: LogLineData["stream"], level: "warn" | "bad" | undefined): string {
  if (level) return level === "warn" ? "text-warn" : "text-bad";
  return stream === "cmd" || stream === "note" ? "text-ink-3" : "text-ink";
}

function Piece({ segment, current }: { segment: MarkedSegment; current: boolean }) {
  const look = cn(
    segment.tone && tones[segment.tone],
    segment.dim && "text-ink-3",
    segment.bold && "font-semibold",
    segment.italic && "italic",
    segment.underline && "underline underline-offset-2",
  );
  if (segment.mark === undefined) return look ? <span className={look}>{segment.text}</span> : segment.text;
  return (
    <mark
      className={cn(
        "rounded-[2px]",
        current ? "bg-ink text-on-ink" : "bg-surface text-ink outline-1 outline-line-strong",
      )}
    >
      {segment.text}
    </mark>
  );
}
