import { type ClassValue, clsx } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

const merge = extendTailwindMerge({
  extend: {
    theme: {
      radius: ["tag", "control", "note", "card", "dialog"],
      shadow: ["1", "2"],
      text: ["2xl", "xl", "lg", "base", "sm", "xs"],
    },
  },
});

/** Joins class names; of two that set the same property, the later one stays. */
export function cn(...classes: ClassValue[]): string {
  return merge(clsx(classes));
}
