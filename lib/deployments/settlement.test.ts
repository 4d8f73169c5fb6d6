import { describe, expect, test } from "vitest";
import type { Running } from "@/lib/deployments/settle";
import { PATIENCE_MS, settlementOf, settlementOfLost } from "@/lib/deployments/settlement";

const now = new Date("2026-11-22T12:00:00Z");
const middle = () => 0.5;

const running = (values: Partial<Running> = {}): Running => ({
  id: "dep_1",
  projectId: "prj_1",
  appId: "app_1",
  number: 4,
  kind: "production",
  repositoryName: "tidepool/storefront",
  attempts: 1,
  lostLeases: 0,
  createdAt: now,
  now,
  isCancelled: false,
  cancelReason: null,
  cancelledByName: null,
  newerCommit: null,
  isSourceLeft: false,
  ...values,
});

const unavailable = (retryAt: Date | null = null) => ({ kind: "unavailable", retryAt }) as const;
const waitOf = (values: Partial<Running>, retryAt: Date | null = null) =>
  (settlementOf(running(values), unavailable(retryAt), middle).runAt?.getTime() ?? 0) - now.getTime();

describe("a provider that cannot answer", () => {
  test("is asked again later and later, five minutes apart at most", () => {
    expect([1, 2, 3, 4, 10].map((attempts) => waitOf({ attempts }))).toEqual([
      5000, 10_000, 20_000, 40_000, 300_000,
    ]);
  });

  test("spreads its askers by a quarter either way", () => {
    const wait = (random: number) =>
      (settlementOf(running(), unavailable(), () => random).runAt?.getTime() ?? 0) - now.getTime();
    expect([wait(0), wait(1)]).toEqual([3750, 6250]);
  });

  test("is not asked before the time that it named", () => {
    expect(waitOf({}, new Date(now.getTime() + 90_000))).toBe(90_000);
  });

  test("gets one last try at the end of the hour, whatever time it named", () => {
    const createdAt = new Date(now.getTime() - PATIENCE_MS + 60_000);
    expect(waitOf({ createdAt }, new Date(now.getTime() + 24 * 3_600_000))).toBe(60_000);
  });

  test("ends Failed after an hour, in words", () => {
    const createdAt = new Date(now.getTime() - PATIENCE_MS);
    expect(settlementOf(running({ createdAt }), unavailable(), middle)).toMatchObject({
      status: "failed",
      reason: "provider_unavailable",
      sentence: expect.stringContaining("tidepool/storefront"),
    });
  });
});

describe("a deployment that would wait again", () => {
  test("gives way where a newer one of the same ref exists", () => {
    const older = running({ newerCommit: "07cc47dffffff" });
    const expected = { status: "cancelled", reason: "superseded_before_start" };
    expect(settlementOf(older, unavailable(), middle)).toMatchObject(expected);
    expect(settlementOf(older, { kind: "handed_back" }, middle)).toMatchObject(expected);
    expect(settlementOfLost(older)).toMatchObject(expected);
  });

  test("is queued at once and not counted when its worker hands it back", () => {
    expect(settlementOf(running({ attempts: 3 }), { kind: "handed_back" }, middle)).toEqual({
      status: "queued",
      runAt: now,
      attempts: 2,
    });
  });

  test("is taken over twice after a lost worker, and Failed the third time", () => {
    expect([0, 1, 2].map((lostLeases) => settlementOfLost(running({ lostLeases })).status)).toEqual([
      "queued",
      "queued",
      "failed",
    ]);
    expect(settlementOfLost(running({ lostLeases: 2 }))).toMatchObject({
      reason: "worker_lost",
      lostLeases: 3,
    });
  });
});

describe("a request to stop", () => {
  const stopped = running({
    isCancelled: true,
    cancelReason: "cancelled_by",
    cancelledByName: "Mara Lindqvist",
  });

  test.each([
    { kind: "ready", files: 1, bytes: 1 },
    { kind: "failed", reason: "build_failed", facts: { command: "npm run build", exitCode: 1 } },
    { kind: "stopped" },
    { kind: "superseded", by: "07cc47d" },
    { kind: "unavailable", retryAt: null },
    { kind: "handed_back" },
  ] as const)("wins over $kind", (outcome) => {
    expect(settlementOf(stopped, outcome, middle)).toEqual({
      status: "cancelled",
      reason: "cancelled_by",
      sentence: "Mara Lindqvist cancelled it.",
    });
  });

  test("by the removal of an integration ends Failed and says who", () => {
    const removed = { ...stopped, cancelReason: "integration_removed" };
    expect(settlementOf(removed, { kind: "stopped" }, middle)).toMatchObject({
      status: "failed",
      reason: "integration_removed",
      sentence: expect.stringMatching(/^Mara Lindqvist removed .*Connect the account again/),
    });
    expect(settlementOfLost(removed)).toMatchObject({ status: "failed", reason: "integration_removed" });
  });
});
