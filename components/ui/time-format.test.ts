import { describe, expect, it } from "vitest";
import { exactTime, formatDuration, formatTime, laterOf } from "./time-format";

const now = Date.UTC(2026, 10, 22, 12, 4, 31);
const ago = (ms: number) => now - ms;
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe("laterOf", () => {
  it("lets nothing that the server has just told lie in the future of a clock that ticks slowly", () => {
    const [lastTick, ended] = [now, now + 12_000];
    const told = ended + 300;
    expect(formatTime(ended, laterOf(lastTick, told), "UTC")).toBe("just now");
    expect(formatTime(ended, laterOf(told + 30_000, told), "UTC")).toBe("30 seconds ago");
    expect(laterOf(0, told)).toBe(told);
  });
});

describe("formatTime", () => {
  it.each([
    [ago(400), "just now"],
    [ago(1000), "1 second ago"],
    [ago(41_000), "41 seconds ago"],
    [ago(minute), "1 minute ago"],
    [ago(4 * minute + 59_000), "4 minutes ago"],
    [ago(hour), "1 hour ago"],
    [ago(day - 1), "23 hours ago"],
    [ago(day), "21 Nov, 12:04"],
    [Date.UTC(2026, 10, 20, 11, 4), "20 Nov, 11:04"],
    [Date.UTC(2026, 7, 18), "18 Aug 2026"],
    [now + 3 * hour, "in 3 hours"],
    [now + 5 * day + hour, "in 5 days"],
    [now + 90 * day, "20 Feb 2027"],
  ])("says %d as %s", (at, words) => {
    expect(formatTime(at, now, "UTC")).toBe(words);
  });

  it("uses the reader's zone for what is not a distance", () => {
    expect(formatTime(Date.UTC(2026, 10, 20, 23, 30), now, "Europe/Berlin")).toBe("21 Nov, 00:30");
    expect(formatTime(Date.UTC(2026, 10, 20, 23, 30), now, "Asia/Tokyo", "clock")).toBe("08:30");
    expect(formatTime(Date.UTC(2026, 11, 31, 23), now, "Asia/Tokyo", "date")).toBe("1 Jan 2027");
  });
});

it("gives the exact time with its zone", () => {
  expect(exactTime(now, "UTC")).toBe("Sun 22 Nov 2026, 12:04:31 UTC");
});

it.each([
  [0, "0.0 s"],
  [300, "0.3 s"],
  [37_300, "37.3 s"],
  [59_949, "59.9 s"],
  [59_960, "1 min 0 s"],
  [125_000, "2 min 5 s"],
  [3_840_000, "1 h 4 min"],
  [-5, "0.0 s"],
])("says %d ms as %s", (ms, words) => {
  expect(formatDuration(ms)).toBe(words);
});
