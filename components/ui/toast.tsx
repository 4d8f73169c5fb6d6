"use client";

import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { onToast, type ToastContent } from "./toast-bus";

export { type ToastContent, toast } from "./toast-bus";

const Toasts = dynamic(() => import("./toast-list"), { ssr: false });

/** Holds the toasts of the page. The list itself is only fetched for the first toast. */
export function Toaster() {
  const [first, setFirst] = useState<ToastContent[]>([]);
  useEffect(() => onToast((content) => setFirst((before) => [...before, content])), []);
  return first.length > 0 ? <Toasts waiting={first} /> : null;
}
