import type { EnteredInput } from "@/lib/integrations/entered/input";
import type { BrokenRepository } from "@/lib/integrations/views";

/** Stands for the test of the address, which failed and was accepted before anything was listed. */
const TEST = "test";

/** What a person accepts who has read this list, as their button says it: these apps, and no others. */
export const acceptanceOf = (broken: readonly BrokenRepository[], isTestInsisted: boolean): string =>
  [...(isTestInsisted ? [TEST] : []), ...idsOf(broken)].join(",");

/** Whether a failed test was accepted, now or before the list. */
export const isTestAccepted = ({ saveAnyway, acceptBreaks }: EnteredInput): boolean =>
  saveAnyway || acceptBreaks.split(",").includes(TEST);

/** Whether every app that would lose its repository now was on the list that was accepted. */
export function areBreaksAccepted(broken: readonly BrokenRepository[], input: EnteredInput): boolean {
  const listed = new Set(input.acceptBreaks.split(","));
  return idsOf(broken).every((id) => listed.has(id));
}

const idsOf = (broken: readonly BrokenRepository[]): string[] =>
  broken.flatMap(({ apps }) => apps.map(({ id }) => id));
