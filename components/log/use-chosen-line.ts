"use client";

import { useEffect, useRef, useState } from "react";

/** The line that the address names (`#L12`), followed while the address changes; `show` gets its index. */
export function useChosenLine(show: (index: number) => void): number | undefined {
  const [line, setLine] = useState<number>();
  const latest = useRef(show);
  latest.current = show;
  useEffect(() => {
    const read = () => {
      const n = Number(/^#L(\d{1,7})$/.exec(location.hash)?.[1] ?? Number.NaN);
      setLine(Number.isNaN(n) ? undefined : n);
      if (n > 0) latest.current(n - 1);
    };
    read();
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);
  return line;
}
