"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { type ToastContent, toast } from "@/components/ui/toast";

/** Says once what brought the person here, and takes it out of the address, so that a reload does not say it again. */
export function Arrival({ content, path }: { content: ToastContent; path: string }) {
  const router = useRouter();
  const isSaid = useRef(false);
  useEffect(() => {
    if (isSaid.current) return;
    isSaid.current = true;
    toast(content);
    router.replace(path, { scroll: false });
  }, [content, path, router]);
  return null;
}
