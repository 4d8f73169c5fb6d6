/** The look of every field: 34 px, the border carries state and focus. 16 px text on touch, so that nothing zooms. */
export const fieldStyle =
  "w-full min-w-0 rounded-control border border-control bg-surface text-ink text-sm field-ring pointer-coarse:text-[16px] " +
  "aria-invalid:border-bad has-aria-invalid:border-bad disabled:opacity-45 disabled:cursor-not-allowed";

export const fieldHeight = { md: "h-[34px] pointer-coarse:h-10", lg: "h-10 text-base" } as const;

export type FieldScale = keyof typeof fieldHeight;
