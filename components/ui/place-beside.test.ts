import { describe, expect, it } from "vitest";
import { placeBeside } from "./place-beside";

const view = { width: 360, height: 700 };
const size = { width: 120, height: 24 };

describe("placeBeside", () => {
  it("stands centred above its anchor", () => {
    expect(placeBeside({ left: 100, top: 300, width: 80, height: 32 }, size, "top", view)).toEqual({
      left: 80,
      top: 270,
    });
  });

  it("turns to the other side where there is no room", () => {
    expect(placeBeside({ left: 100, top: 4, width: 80, height: 32 }, size, "top", view).top).toBe(42);
    expect(placeBeside({ left: 300, top: 300, width: 50, height: 32 }, size, "right", view).left).toBe(174);
  });

  it("never leaves the view, so that the page does not scroll sideways", () => {
    expect(placeBeside({ left: 330, top: 300, width: 24, height: 24 }, size, "top", view).left).toBe(232);
    expect(placeBeside({ left: 0, top: 300, width: 24, height: 24 }, size, "bottom", view).left).toBe(8);
  });
});
