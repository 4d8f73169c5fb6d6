"use client";

import { useNow, useSecond } from "./clock";
import { exactTime, formatDuration, formatTime, laterOf, type TimeMode } from "./time-format";

type Instant = Date | string | number;

type Props = {
  at: Instant;
  /** The server's present, so that both sides first render the same words. */
  now: Instant;
  mode?: TimeMode;
  className?: string;
};

const ms = (instant: Instant) => new Date(instant).getTime();

/** A time that stays true while one looks; the exact one, with its zone, is in its tooltip. */
export function Time({ at, now, mode = "relative", className }: Props) {
  const here = useNow();
  const zone = here === 0 ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone;
  const time = ms(at);
  return (
    <time dateTime={new Date(time).toISOString()} title={exactTime(time, zone)} className={className}>
      {formatTime(time, laterOf(here, ms(now)), zone, mode)}
    </time>
  );
}

/** How long something took. */
export function Duration({ ms: length }: { ms: number }) {
  return <span className="tabular-nums">{formatDuration(length)}</span>;
}

/** How long something has been running, by the second. */
export function Elapsed({ since, now }: { since: Instant; now: Instant }) {
  const here = useSecond();
  const seconds = Math.max(0, Math.floor((laterOf(here, ms(now)) - ms(since)) / 1000));
  return (
    <span className="tabular-nums">{seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000)}</span>
  );
}
