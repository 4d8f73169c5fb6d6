"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { type LiveEvent, watchProject } from "./event-source";

type Listener = (event: LiveEvent) => void;
type Live = { listen: (listener: Listener) => () => void; isConnected: boolean };

const LiveContext = createContext<Live>({ listen: () => () => undefined, isConnected: true });

const SETTLE_MS = 250;
const POLL_MS = 5000;

/**
 * Keeps what a project's pages show true while one looks: events refresh what the server rendered, and while no stream
 * can be had the page asks every five seconds.
 */
export function LiveProject({ projectId, children }: { projectId: string; children: ReactNode }) {
  const router = useRouter();
  const listeners = useRef(new Set<Listener>());
  // Until the stream is open the page asks, so that one that never opens is not noticed by anybody.
  const [isConnected, setConnected] = useState(false);
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { staleTime: POLL_MS } } }));

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refreshSoon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        router.refresh();
      }, SETTLE_MS);
    };
    const stop = watchProject(projectId, {
      onState: setConnected,
      onEvent: (event) => {
        if (event.kind !== "log") refreshSoon();
        for (const listener of listeners.current) listener(event);
      },
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [projectId, router]);

  useEffect(() => {
    if (isConnected) return;
    const timer = setInterval(() => {
      router.refresh();
      for (const listener of listeners.current) listener({ kind: "missed" });
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [isConnected, router]);

  const live = useMemo(
    () => ({
      isConnected,
      listen: (listener: Listener) => {
        listeners.current.add(listener);
        return () => void listeners.current.delete(listener);
      },
    }),
    [isConnected],
  );

  return (
    <LiveContext value={live}>
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </LiveContext>
  );
}

/** Calls back for each event of the project that is on screen. */
export function useLiveEvent(listener: Listener): void {
  const { listen } = useContext(LiveContext);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => listen((event) => latest.current(event)), [listen]);
}
