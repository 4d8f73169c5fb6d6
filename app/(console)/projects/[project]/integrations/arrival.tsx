"use client";

import { useEffect, useRef } from "react";
import { type ToastContent, toast } from "@/components/ui/toast";

/** Says once what brought the person here, and takes it out of the address, so that a reload does not say it again. */
export function Arrival({ content, path }: { content: ToastContent; path: string }) {
  const isSaid = useRef(false);
  useEffect(() => {
    if (isSaid.current) return;
    isSaid.current = true;
    toast(content);
    // Not through the router: the page stays as it is, with what it highlights.
    window.history.replaceState(null, "", path);
  }, [content, path]);
  return null;
}
