export type Side = "top" | "right" | "bottom" | "left";

type Rect = { left: number; top: number; width: number; height: number };
type Size = { width: number; height: number };

const gap = 6;
const margin = 8;
const opposite = { top: "bottom", bottom: "top", left: "right", right: "left" } as const;

/**
 * Where a box of `size` stands beside `anchor`: on the wished side, on the opposite one when there is no room, and in
 * any case inside the view.
 */
export function placeBeside(anchor: Rect, size: Size, side: Side, view: Size): { left: number; top: number } {
  const wished = beside(anchor, size, side);
  const place = fits(wished, size, side, view) ? wished : beside(anchor, size, opposite[side]);
  return {
    left: clamp(place.left, margin, view.width - size.width - margin),
    top: clamp(place.top, margin, view.height - size.height - margin),
  };
}

function beside(anchor: Rect, size: Size, side: Side): { left: number; top: number } {
  const middle = anchor.left + (anchor.width - size.width) / 2;
  const centre = anchor.top + (anchor.height - size.height) / 2;
  if (side === "top") return { left: middle, top: anchor.top - size.height - gap };
  if (side === "bottom") return { left: middle, top: anchor.top + anchor.height + gap };
  if (side === "left") return { left: anchor.left - size.width - gap, top: centre };
  return { left: anchor.left + anchor.width + gap, top: centre };
}

function fits(place: { left: number; top: number }, size: Size, side: Side, view: Size): boolean {
  if (side === "top") return place.top >= margin;
  if (side === "bottom") return place.top + size.height <= view.height - margin;
  if (side === "left") return place.left >= margin;
  return place.left + size.width <= view.width - margin;
}

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(value, most));
