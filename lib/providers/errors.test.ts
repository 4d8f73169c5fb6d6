import { expect, test } from "vitest";
import { EgressError } from "@/lib/egress";
import { unansweredCause } from "@/lib/providers/errors";

test("what kept a call from its provider is told apart: its certificate, our own rules, time, and all the rest", () => {
  const told = [
    new EgressError("unreachable", undefined, "certificate_untrusted"),
    new EgressError("unreachable", undefined, "certificate_expired"),
    new EgressError("certificate"),
    new EgressError("unreachable", undefined, "blocked"),
    new EgressError("timeout"),
    new EgressError("unreachable", undefined, "unresolved"),
    new EgressError("too_large"),
  ].map(unansweredCause);
  expect(told).toEqual([
    ...["untrusted", "untrusted", "untrusted", "blocked", "timeout", "unreachable", "unreachable"],
  ]);
});
