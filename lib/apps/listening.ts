import type { HookStatus } from "@/db/schema";
import type { ListeningView } from "@/lib/apps/views";
import { askedHowOften } from "@/lib/sources";

export type ListeningFacts = {
  provider: string;
  account: string | null;
  repositoryName: string;
  hookStatus: HookStatus | null;
  hookReason: string | null;
  isPolled: boolean;
  pollError: string | null;
};

/** How pushes become known, in a sentence. */
export function toListening(facts: ListeningFacts): ListeningView {
  const { hookStatus } = facts;
  if (facts.account === null) {
    return { mode: "none", hookStatus, sentence: "Nothing tells the console about pushes at the moment." };
  }
  if (hookStatus === "active") {
    const sentence = `The hook on ${facts.repositoryName} tells the console about every push.`;
    return { mode: "hook", hookStatus, sentence };
  }
  if (!facts.isPolled) {
    const sentence = facts.hookReason ?? unexplained(facts);
    return { mode: "none", hookStatus, sentence };
  }
  const howOften = askedHowOften(facts.provider);
  // Why there is no hook mostly says already what happens instead.
  const asks = facts.hookReason?.includes(howOften) ? null : `The console asks for new pushes ${howOften}.`;
  const sentence = [facts.hookReason, asks, facts.pollError].filter(Boolean).join(" ");
  return { mode: "polling", hookStatus, sentence };
}

const unexplained = ({ hookStatus, repositoryName }: ListeningFacts): string =>
  hookStatus === null || hookStatus === "registering"
    ? `The hook on ${repositoryName} is being registered.`
    : `The hook on ${repositoryName} tells the console about no pushes at the moment.`;
