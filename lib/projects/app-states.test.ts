import { expect, test } from "vitest";
import { type AppFacts, stateOf } from "@/lib/projects/app-states";

const well: AppFacts = { last: "ready", isLive: true, isDisconnected: false, integration: "active" };

test.each<[string, Partial<AppFacts>, string]>([
  ["what is live", {}, "live"],
  ["what runs now, whatever else is wrong", { last: "building", isDisconnected: true }, "building"],
  ["what waits to run", { last: "queued" }, "queued"],
  [
    "that its source is gone, before a failure",
    { last: "failed", isDisconnected: true, integration: null },
    "disconnected",
  ],
  ["that somebody has to authorize again", { integration: "needs_reauthorization" }, "attention"],
  ["that the last attempt failed, though an older one is live", { last: "failed" }, "failed"],
  ["that it is live though a later attempt was cancelled", { last: "cancelled" }, "live"],
  ["that nothing is live yet", { last: null, isLive: false }, "empty"],
  ["nothing of a provider that is away for a while", { integration: "degraded" }, "live"],
])("an app says %s", (_, facts, expected) => {
  expect(stateOf({ ...well, ...facts })).toBe(expected);
});
