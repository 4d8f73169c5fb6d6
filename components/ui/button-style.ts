import { cva, type VariantProps } from "class-variance-authority";

/** The look of a button, for what is not a `<button>` but must look like one. */
export const buttonStyle = cva(
  [
    "inline-grid grid-flow-col items-center justify-center whitespace-nowrap rounded-control border font-medium",
    "select-none transition-colors duration-[120ms] pointer-coarse:min-h-10",
    "disabled:opacity-45 not-aria-busy:aria-disabled:opacity-45 disabled:cursor-not-allowed [&_.lucide]:size-[15px]",
  ],
  {
    variants: {
      variant: {
        primary: "border-transparent bg-ink text-on-ink not-aria-disabled:hover:bg-ink/88",
        secondary: "border-line-strong bg-surface text-ink shadow-1 not-aria-disabled:hover:fill-over",
        ghost:
          "border-transparent text-ink-2 not-aria-disabled:hover:bg-fill not-aria-disabled:hover:text-ink",
        danger: "border-transparent bg-bad-solid text-on-bad not-aria-disabled:hover:fill-over",
        dangerEntry: "border-line-strong bg-surface text-bad shadow-1 not-aria-disabled:hover:fill-over",
      },
      size: {
        sm: "h-7 px-2.5 text-sm",
        md: "h-8 px-3 text-sm",
        lg: "h-10 px-4 text-base",
      },
      square: { true: "px-0 pointer-coarse:min-w-10", false: "" },
    },
    compoundVariants: [
      { square: true, size: "sm", class: "w-7" },
      { square: true, size: "md", class: "w-8" },
      { square: true, size: "lg", class: "w-10" },
    ],
    defaultVariants: { variant: "secondary", size: "md", square: false },
  },
);

export type ButtonLook = {
  variant?: NonNullable<VariantProps<typeof buttonStyle>["variant"]> | undefined;
  size?: NonNullable<VariantProps<typeof buttonStyle>["size"]> | undefined;
};
