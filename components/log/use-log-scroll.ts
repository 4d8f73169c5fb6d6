"use client";

import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { chunkCount, lineHeight, lineTop, visibleChunks } from "./log-window";

const nearEnd = 24;
const firstPaint = { first: 0, last: 2 };

/** Which part of the log is drawn, and whether the view sticks to its end. */
export function useLogScroll(lines: number, live: boolean, wrap: boolean) {
  const box = useRef<HTMLDivElement>(null);
  const [measured] = useState(() => new Map<number, number>());
  const [window, setWindow] = useState(firstPaint);
  const [following, setFollowing] = useState(live);
  const sticks = useRef(live);

  const look = useCallback(() => {
    const view = box.current;
    if (!view) return;
    const next = visibleChunks(view.scrollTop, view.clientHeight, lines, measured);
    setWindow((before) => (before.first === next.first && before.last === next.last ? before : next));
  }, [lines, measured]);

  const stick = useCallback((on: boolean) => {
    sticks.current = on;
    setFollowing(on);
  }, []);

  const toEnd = useCallback(() => {
    const view = box.current;
    if (view) view.scrollTop = view.scrollHeight;
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other lines, or another width of them, move the end.
  useLayoutEffect(() => {
    measured.clear();
    look();
  }, [wrap]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: newly drawn chunks may be higher than they were taken for.
  useLayoutEffect(() => {
    if (live && sticks.current) toEnd();
    look();
  }, [lines, window, live, look, toEnd]);

  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(look);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [look]);

  const onScroll = () => {
    const view = box.current;
    if (!view) return;
    const atEnd = view.scrollHeight - view.scrollTop - view.clientHeight < nearEnd;
    if (atEnd !== sticks.current) stick(atEnd);
    look();
  };

  const showLine = (index: number) => {
    const view = box.current;
    if (!view || index >= Math.max(lines, 1)) return;
    stick(false);
    const top = lineTop(index, lines, measured);
    if (top < view.scrollTop || top > view.scrollTop + view.clientHeight - 2 * lineHeight) {
      view.scrollTop = Math.max(0, top - view.clientHeight / 3);
    }
    look();
  };

  const follow = () => {
    stick(true);
    toEnd();
    look();
  };

  return { box, measured, window: clamp(window, lines), following, onScroll, showLine, follow };
}

function clamp(window: { first: number; last: number }, lines: number) {
  return { first: window.first, last: Math.min(window.last, chunkCount(lines) - 1) };
}
