"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useLiveEvent } from "@/components/live/live-project";
import { LogView } from "@/components/log/log-view";
import { Time } from "@/components/ui/time";
import type { LogPage } from "@/lib/deployments/views";

type Props = {
  address: string;
  deploymentId: string;
  /** What the server rendered: the first part of the log. */
  first: LogPage;
  isOver: boolean;
  endedAt: string | null;
  now: string;
  className?: string;
};

/** The log while it grows: each event of this deployment asks for the lines after the last one that is here. */
export function DeploymentLog({ address, deploymentId, first, isOver, endedAt, now, className }: Props) {
  const query = useInfiniteQuery({
    queryKey: ["log", deploymentId],
    queryFn: ({ pageParam, signal }) => fetchLog(`${address}/log?after=${pageParam}`, signal),
    initialPageParam: 0,
    getNextPageParam: (last) => last.nextAfter,
    initialData: { pages: [first], pageParams: [0] },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { fetchNextPage, isFetchingNextPage, data } = query;
  const last = data.pages.at(-1) ?? first;
  const isComplete = last.isEnded && !last.hasMore;

  useLiveEvent((event) => {
    const isOurs = event.kind === "missed" || event.deployment === deploymentId;
    if (isOurs && !isComplete) void fetchNextPage({ cancelRefetch: false });
  });

  // What is stored already comes page after page; what is yet to be written comes with its event.
  useEffect(() => {
    if ((last.hasMore || (isOver && !last.isEnded)) && !isFetchingNextPage) void fetchNextPage();
  }, [last, isOver, isFetchingNextPage, fetchNextPage]);

  const lines = useMemo(() => data.pages.flatMap((page) => page.lines), [data]);
  return (
    <LogView
      lines={lines}
      live={!isComplete}
      endedLabel={
        endedAt && (
          <>
            Ended <Time at={endedAt} now={now} />
          </>
        )
      }
      downloadHref={`${address}/log.txt`}
      {...(className ? { className } : {})}
    />
  );
}

async function fetchLog(address: string, signal: AbortSignal): Promise<LogPage> {
  const response = await fetch(address, { signal, headers: { accept: "application/json" } });
  if (!response.ok) throw new Error("The log could not be read.");
  return (await response.json()) as LogPage;
}
