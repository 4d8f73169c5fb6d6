import { describe, expect, test } from "vitest";
import { DEPLOYMENT_STATUSES } from "@/db/schema";
import { hasEnded, mayBecome, statusesBefore, statusWord } from "@/lib/deployments/status";

const ALLOWED = new Set([
  "queued > building",
  "queued > cancelled",
  "queued > failed",
  "building > ready",
  "building > failed",
  "building > cancelled",
  "building > queued",
]);

describe("the transition table", () => {
  const pairs = DEPLOYMENT_STATUSES.flatMap((from) => DEPLOYMENT_STATUSES.map((to) => [from, to] as const));

  test.each(pairs)("%s > %s is decided", (from, to) => {
    const isAllowed = ALLOWED.has(`${from} > ${to}`);
    expect(mayBecome(from, to)).toBe(isAllowed);
    expect(statusesBefore(to).includes(from)).toBe(isAllowed);
  });

  test("what is ready, failed or cancelled stays so", () => {
    expect(DEPLOYMENT_STATUSES.filter(hasEnded)).toEqual(["ready", "failed", "cancelled"]);
  });

  test("a status is a word on the screen", () => {
    expect(statusWord("cancelled")).toBe("Cancelled");
  });
});
