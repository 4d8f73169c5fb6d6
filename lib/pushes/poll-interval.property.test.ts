import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pollSeconds } from "@/lib/pushes/poll-interval";

const quiet = fc.double({ min: 0, max: 1e9, noNaN: true });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const QUARTER_HOUR = 900;

describe("the time until the next reading of a generic host", () => {
  test("is between half a minute and a quarter of an hour, whatever happened and whatever chance says", () => {
    fc.assert(
      fc.property(quiet, random, (quietSeconds, chance) => {
        const { unheard, heard } = pollSeconds({ isAdaptive: true, quietSeconds }, 60, () => chance);
        for (const seconds of [unheard, heard]) {
          expect(seconds).toBeGreaterThanOrEqual(30);
          expect(seconds).toBeLessThanOrEqual(QUARTER_HOUR);
        }
        expect(heard).toBeGreaterThanOrEqual(unheard * 0.8);
      }),
    );
  });

  test("never shrinks as a repository grows quiet, and is short right after a push", () => {
    fc.assert(
      fc.property(quiet, quiet, random, (one, other, chance) => {
        const at = (quietSeconds: number) =>
          pollSeconds({ isAdaptive: true, quietSeconds }, 60, () => chance).unheard;
        expect(at(Math.min(one, other))).toBeLessThanOrEqual(at(Math.max(one, other)));
      }),
    );
    expect(pollSeconds({ isAdaptive: true, quietSeconds: 0 }, 60, () => 0).unheard).toBe(30);
    expect(pollSeconds({ isAdaptive: true, quietSeconds: 86_400 }, 60, () => 1).unheard).toBe(QUARTER_HOUR);
  });

  test("is spread, at its shortest and at its longest too: one quiet time does not lead to one moment for all", () => {
    for (const quietSeconds of [0, 3600, 1e6]) {
      const at = (chance: number) => pollSeconds({ isAdaptive: true, quietSeconds }, 60, () => chance);
      expect(at(0.99).unheard / at(0).unheard).toBeGreaterThan(1.15);
      expect(at(0.99).heard / at(0).heard).toBeGreaterThan(1.15);
    }
  });

  test("follows POLL_SECONDS: half of it is the least", () => {
    const at = (often: number, chance: number) =>
      pollSeconds({ isAdaptive: true, quietSeconds: 0 }, often, () => chance).unheard;
    expect([at(2, 0), at(600, 0)]).toEqual([1, 300]);
    expect(at(86_400, 1)).toBe(QUARTER_HOUR);
  });
});

test("a provider that says for free that nothing changed is asked every POLL_SECONDS, give or take a tenth", () => {
  fc.assert(
    fc.property(quiet, random, (quietSeconds, chance) => {
      const { unheard } = pollSeconds({ isAdaptive: false, quietSeconds }, 60, () => chance);
      expect(unheard).toBeGreaterThanOrEqual(54);
      expect(unheard).toBeLessThanOrEqual(66);
    }),
  );
});
