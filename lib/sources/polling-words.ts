import { env } from "@/lib/env";
import { sourceProvider } from "@/lib/providers";

/** How often a repository without a working webhook is asked, as a part of a sentence (lib/pushes/poll-interval.ts decides it). */
export function askedHowOften(providerId: string): string {
  const seconds = env().POLL_SECONDS;
  if (sourceProvider(providerId).source.kind === "url") {
    const least = Math.min(seconds / 2, 900);
    return least >= 900 ? "every 15 minutes" : `${every(least)} after a push, less often in quiet times`;
  }
  return every(seconds);
}

function every(seconds: number): string {
  if (seconds === 60) return "every minute";
  return seconds === 1 ? "every second" : `every ${seconds} seconds`;
}
