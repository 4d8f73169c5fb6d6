import { describe, expect, test } from "vitest";
import { DEPLOYMENT_TRIGGERS } from "@/db/schema";
import { failureSentence, notLiveSentence, removedSentence } from "@/lib/deployments/sentences";
import { stepsOf } from "@/lib/deployments/steps";
import { type WhyFacts, whySentence } from "@/lib/deployments/why";
import { formatBytes, formatDuration, isTagRef, refName, titleOf } from "@/lib/deployments/words";

describe("why a deployment exists", () => {
  const facts: WhyFacts = {
    trigger: "push",
    appName: "storefront",
    commit: "07cc47d0000000000000000000000000000000aa",
    branch: "main",
    person: "Mara Lindqvist",
    push: { pusher: "Jonas Okafor", learnedFrom: "delivery", kind: "updated" },
  };

  test("names who pushed what where", () => {
    expect(whySentence(facts)).toBe(
      "Jonas Okafor pushed 07cc47d to main, and storefront auto-deploys from main.",
    );
  });

  test("says when a push was forced, or found without being told", () => {
    const push = { pusher: "Jonas Okafor", learnedFrom: "delivery", kind: "forced" } as const;
    expect(whySentence({ ...facts, push })).toContain("Jonas Okafor force-pushed 07cc47d");
    expect(whySentence({ ...facts, push: { ...push, learnedFrom: "poll" } })).toBe(
      "The console found 07cc47d at the head of main, and storefront auto-deploys from main.",
    );
  });

  test.each(DEPLOYMENT_TRIGGERS)("is one full sentence for %s, also when everybody has left", (trigger) => {
    const sentence = whySentence({ ...facts, trigger, person: null, push: null });
    expect(sentence).toMatch(/^[A-Z0-9].*\.$/);
    expect(sentence).toContain("07cc47d");
    expect(sentence).not.toMatch(/null|undefined/);
  });
});

describe("sentences about failures", () => {
  test("name the command, the code and what to do", () => {
    expect(failureSentence("build_failed", { command: "npm run build", exitCode: 1 })).toBe(
      "`npm run build` ended with code 1. Read the end of the log, mend it and push again.",
    );
    expect(failureSentence("build_timeout", { seconds: 1200 })).toContain("20 minutes");
    expect(failureSentence("out_of_memory", { bytes: 4 * 1024 ** 3 })).toContain("4 GiB");
    expect(failureSentence("output_missing", { directory: "" })).toContain("Settings > Build");
    expect(removedSentence({ by: "Mara", account: "octocat", repository: "a/b" })).toMatch(
      /^Mara removed octocat, so a\/b cannot be read any more\. Connect the account again/,
    );
    expect(notLiveSentence(5)).toContain("deployment 5");
  });
});

describe("words", () => {
  test("are short and exact", () => {
    expect([0, 300, 1536, 16 * 1024 ** 2].map(formatBytes)).toEqual([
      "0 bytes",
      "300 bytes",
      "1.5 KiB",
      "16 MiB",
    ]);
    expect([1, 90, 120, 1200].map(formatDuration)).toEqual([
      "1 second",
      "90 seconds",
      "2 minutes",
      "20 minutes",
    ]);
    expect(["refs/heads/feature/x", "refs/tags/v1", "refs/notes/a"].map(refName)).toEqual([
      "feature/x",
      "v1",
      "refs/notes/a",
    ]);
    expect(isTagRef("refs/heads/refs/tags/v1")).toBe(false);
    expect(titleOf("Cart: keep the quantity \n\nLonger words")).toBe("Cart: keep the quantity");
  });
});

describe("steps", () => {
  const at = (seconds: number) => new Date(1_000_000 + seconds * 1000);
  const facts = { createdAt: at(0), startedAt: at(1), checkedOutAt: at(3), builtAt: null, finishedAt: null };
  const brief = (...args: Parameters<typeof stepsOf>) =>
    stepsOf(...args).map(({ name, state, milliseconds }) => `${name} ${state} ${milliseconds}`);

  test("tell how far a running one came", () => {
    expect(brief({ ...facts, status: "building", step: "build" })).toEqual([
      "queued done 1000",
      "checkout done 2000",
      "build running null",
      "publish waiting null",
    ]);
  });

  test("tell where a failed one ended", () => {
    expect(brief({ ...facts, status: "failed", step: "build", finishedAt: at(31) })).toEqual([
      "queued done 1000",
      "checkout done 2000",
      "build failed 28000",
      "publish not_reached null",
    ]);
  });

  test("are all done when it is ready", () => {
    const ended = { ...facts, builtAt: at(31), finishedAt: at(32) };
    expect(brief({ ...ended, status: "ready", step: "publish" }).map((step) => step.split(" ")[1])).toEqual([
      "done",
      "done",
      "done",
      "done",
    ]);
  });

  test.each([
    ["cancelled", "stopped"],
    ["failed", "failed"],
  ] as const)("of one that %s before it began were not reached", (status, queued) => {
    const never = { createdAt: at(0), startedAt: null, checkedOutAt: null, builtAt: null, finishedAt: at(5) };
    expect(brief({ ...never, status, step: null })).toEqual([
      `queued ${queued} 5000`,
      "checkout not_reached null",
      "build not_reached null",
      "publish not_reached null",
    ]);
  });
});
