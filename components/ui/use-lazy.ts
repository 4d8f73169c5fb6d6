"use client";

import { useState } from "react";

/**
 * Code that is only fetched when it is first wanted. `warm` fetches it ahead (pointer or focus is near), `want` fetches
 * it and then hands it over.
 */
export function useLazy<T extends object>(load: () => Promise<T>) {
  const [parts, setParts] = useState<T>();
  return {
    parts,
    warm: () => void load(),
    want: () => void load().then((loaded) => setParts(() => loaded)),
  };
}
