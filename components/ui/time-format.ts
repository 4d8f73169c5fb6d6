export type TimeMode = "relative" | "date" | "clock";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

type Parts = { year: number; month: number; day: number; hour: number; minute: number; second: number };

function partsOf(at: number, timeZone: string): Parts {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const found = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, Number(part.value)]));
  return found as Parts;
}

const two = (n: number) => String(n).padStart(2, "0");
const clock = (p: Parts) => `${two(p.hour)}:${two(p.minute)}`;
const plural = (n: number, unit: string) => `${n} ${unit}${n === 1 ? "" : "s"}`;

function distance(ms: number): string {
  if (ms < minute) return plural(Math.max(1, Math.floor(ms / 1000)), "second");
  if (ms < hour) return plural(Math.floor(ms / minute), "minute");
  if (ms < day) return plural(Math.floor(ms / hour), "hour");
  return plural(Math.floor(ms / day), "day");
}

/**
 * The present for a time on the page: the browser's clock ticks slowly, so what the server has just told may be later than it.
 * @param here the browser's last tick, 0 before the first
 */
export const laterOf = (here: number, server: number): number => Math.max(here, server);

/**
 * A time in the console's words. Under a day it is a distance ("4 minutes ago", "in 3 hours"), under thirty days
 * "20 Nov, 11:04", before that "18 Aug 2026". A time to come is a distance for thirty days ("in 5 days").
 * @param at milliseconds since 1970
 * @param now milliseconds since 1970
 */
export function formatTime(at: number, now: number, timeZone: string, mode: TimeMode = "relative"): string {
  const p = partsOf(at, timeZone);
  if (mode === "clock") return clock(p);
  const date = `${p.day} ${months[p.month - 1]}`;
  const past = now - at;
  if (mode === "date") return `${date} ${p.year}`;
  if (Math.abs(past) < 1000) return "just now";
  if (past >= 0 && past < day) return `${distance(past)} ago`;
  if (past < 0 && past > -30 * day) return `in ${distance(-past)}`;
  return Math.abs(past) < 30 * day ? `${date}, ${clock(p)}` : `${date} ${p.year}`;
}

/** The exact time with its zone: "Sun 22 Nov 2026, 12:04:31 UTC". */
export function exactTime(at: number, timeZone: string): string {
  const p = partsOf(at, timeZone);
  const names = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", timeZoneName: "short" });
  const found = Object.fromEntries(names.formatToParts(at).map((part) => [part.type, part.value]));
  return `${found.weekday} ${p.day} ${months[p.month - 1]} ${p.year}, ${clock(p)}:${two(p.second)} ${found.timeZoneName}`;
}

/** "0.3 s", "37.3 s", "2 min 5 s", "1 h 4 min". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
