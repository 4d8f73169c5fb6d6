import { describe, expect, it } from "vitest";
import { chunkCount, lineTop, visibleChunks } from "./log-window";

const none = new Map<number, number>();

describe("the window on a long log", () => {
  it("draws a handful of chunks, wherever one looks in 50 000 lines", () => {
    for (const scrollTop of [0, 123_456, 500_000, 999_400]) {
      const { first, last } = visibleChunks(scrollTop, 600, 50_000, none);
      expect(last - first).toBeLessThanOrEqual(4);
      expect(first * 2000).toBeLessThanOrEqual(scrollTop);
      expect((last + 1) * 2000).toBeGreaterThanOrEqual(Math.min(scrollTop + 600, 1_000_000));
    }
  });

  it("takes wrapped chunks at the height that was measured", () => {
    const measured = new Map([[0, 9000]]);
    expect(visibleChunks(5000, 600, 1000, measured)).toEqual({ first: 0, last: 1 });
    expect(lineTop(100, 1000, measured)).toBe(9000);
  });

  it("has no chunk for an empty log and one for its first line", () => {
    expect(chunkCount(0)).toBe(0);
    expect(visibleChunks(0, 600, 0, none).last).toBeLessThan(1);
    expect(visibleChunks(0, 600, 1, none)).toEqual({ first: 0, last: 0 });
  });
});
