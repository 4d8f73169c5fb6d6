"use client";

import type { KeyboardEvent } from "react";

const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 };

/** Left, right, Home and End move focus among the links of a bar. */
export function moveFocusByArrow(event: KeyboardEvent<HTMLElement>): void {
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>("a[href], button")];
  const at = links.indexOf(event.target as HTMLElement);
  if (at < 0) return;
  const target =
    event.key === "Home" ? 0 : event.key === "End" ? links.length - 1 : at + (steps[event.key] ?? Number.NaN);
  const link = links[(target + links.length) % links.length];
  if (!link) return;
  event.preventDefault();
  link.focus();
}
