import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { INTEGRATION_STATUSES, VERDICTS } from "@/db/schema";
import { type AppRules, decide } from "@/lib/pushes/decide";
import { verdictSentence } from "@/lib/pushes/sentence";
import { sha } from "@/lib/testing/factories";

const rules = (values: Partial<AppRules> = {}): AppRules => ({
  branch: "main",
  autoDeploy: true,
  integration: { status: "active", account: "octocat", isAllowed: true },
  ...values,
});

const on = (status: (typeof INTEGRATION_STATUSES)[number]) =>
  rules({ integration: { status, account: "octocat", isAllowed: true } });
const kept = (status: (typeof INTEGRATION_STATUSES)[number]) =>
  rules({ integration: { status, account: "octocat", isAllowed: false } });
const push = (ref = "refs/heads/main", commit: string | null = sha(1)) => ({ ref, commit });

describe("a push and one app", () => {
  test.each([
    ["its branch", push(), rules(), "deploy"],
    ["a degraded provider", push(), on("degraded"), "deploy"],
    ["another branch", push("refs/heads/feature"), rules(), "branch_not_tracked"],
    ["a branch that only ends alike", push("refs/heads/x/main"), rules(), "branch_not_tracked"],
    ["a branch that differs in case", push("refs/heads/Main"), rules(), "branch_not_tracked"],
    ["a tag called like its branch", push("refs/tags/main"), rules(), "tag_ignored"],
    ["a deleted tag", push("refs/tags/main", null), rules(), "tag_ignored"],
    ["its branch deleted", push("refs/heads/main", null), rules(), "branch_deleted"],
    ["another branch deleted", push("refs/heads/feature", null), rules(), "branch_not_tracked"],
    ["auto-deploy off", push(), rules({ autoDeploy: false }), "auto_deploy_off"],
    ["no integration", push(), rules({ integration: null }), "app_disconnected"],
    ["a paused integration", push(), on("paused"), "integration_paused"],
    ["a dead token", push(), on("needs_reauthorization"), "needs_reauthorization"],
    ["an integration that is being removed", push(), on("disconnecting"), "app_disconnected"],
    ["a removed integration", push(), on("removed"), "app_disconnected"],
    ["a repository that the allow-list does not name", push(), kept("active"), "repository_not_allowed"],
    ["that, and a paused integration", push(), kept("paused"), "repository_not_allowed"],
    ["that, and a removed integration", push(), kept("removed"), "app_disconnected"],
    [
      "auto-deploy off and no integration",
      push(),
      rules({ autoDeploy: false, integration: null }),
      "auto_deploy_off",
    ],
  ] as const)("%s", (_name, change, app, verdict) => {
    expect(decide(change, app).verdict).toBe(verdict);
  });

  test("deploys exactly when it is a commit on its branch, wanted and readable", () => {
    const refs = ["refs/heads/main", "refs/heads/dev", "refs/tags/main", "refs/heads/refs/heads/main"];
    const property = fc.property(
      fc.record({ ref: fc.constantFrom(...refs), commit: fc.constantFrom(sha(1), null) }),
      fc.record({
        branch: fc.constantFrom("main", "dev"),
        autoDeploy: fc.boolean(),
        integration: fc.option(
          fc.record({
            status: fc.constantFrom(...INTEGRATION_STATUSES),
            account: fc.string(),
            isAllowed: fc.boolean(),
          }),
        ),
      }),
      (change, app) => {
        const isWanted =
          change.ref === `refs/heads/${app.branch}` && change.commit !== null && app.autoDeploy;
        const isReadable = ["active", "degraded"].includes(app.integration?.status ?? "removed");
        const isAllowed = app.integration?.isAllowed ?? false;
        expect(decide(change, app).verdict === "deploy").toBe(isWanted && isReadable && isAllowed);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});

describe("a verdict", () => {
  test.each(VERDICTS)("%s is a full sentence, with facts and without", (verdict) => {
    const facts = { branch: "main", pushed: "feature", tag: "v1", account: "octocat", newer: "07cc47d" };
    expect(verdictSentence(verdict, facts)).toMatch(/^[A-Z].*\.$/);
    expect(verdictSentence(verdict, facts)).not.toContain("undefined");
  });

  test("of decide carries every fact that its sentence names", () => {
    const cases = [push(), push("refs/tags/v1"), push("refs/heads/x"), push("refs/heads/main", null)];
    const apps = [
      ...INTEGRATION_STATUSES.map(on),
      rules({ autoDeploy: false }),
      rules({ integration: null }),
    ];
    for (const change of cases) {
      for (const app of apps) {
        const { verdict, facts } = decide(change, app);
        expect(verdictSentence(verdict, facts)).not.toContain("undefined");
      }
    }
  });
});
