import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { readClientEvent } from "@/lib/providers/github/client-event";

type Example = { name: string; examples: Record<string, unknown>[] };
const recorded = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve("@octokit/webhooks-examples/api.github.com/index.json"),
    "utf8",
  ),
) as Example[];
const examplesOf = (event: string) => recorded.find(({ name }) => name === event)?.examples ?? [];
const bytes = (payload: unknown) => Buffer.from(JSON.stringify(payload));

test("GitHub's recorded calls of an app's own webhook say whom they concern", () => {
  const revoked = examplesOf("github_app_authorization");
  expect(revoked.length).toBeGreaterThan(0);
  for (const payload of revoked) {
    const { id } = payload.sender as { id: number };
    expect(readClientEvent("github_app_authorization", bytes(payload))).toEqual({
      kind: "revoked",
      accountId: String(id),
    });
  }
  for (const event of ["installation", "installation_repositories"]) {
    expect(examplesOf(event).length).toBeGreaterThan(0);
    for (const payload of examplesOf(event)) {
      const { id } = payload.installation as { id: number };
      expect(readClientEvent(event, bytes(payload))).toMatchObject({
        kind: "installation",
        installationId: String(id),
      });
    }
  }
});

test("an event that its payload does not bear out is malformed", () => {
  const [revoked] = examplesOf("github_app_authorization");
  const malformed = expect.objectContaining({ reason: "malformed" });
  expect(() => readClientEvent("installation", bytes(revoked))).toThrow(malformed);
  expect(() => readClientEvent("push", bytes(revoked))).toThrow(malformed);
  expect(() => readClientEvent("ping", bytes(revoked))).toThrow(malformed);
  for (const payload of examplesOf("installation")) {
    expect(() => readClientEvent("github_app_authorization", bytes(payload))).toThrow(malformed);
  }
  for (const text of ["", "[]", "null", "\xff"]) {
    expect(() => readClientEvent("github_app_authorization", Buffer.from(text, "latin1"))).toThrow(malformed);
  }
});

test("what concerns no token is ignored", () => {
  const [push] = examplesOf("push");
  expect(readClientEvent("push", bytes(push))).toEqual({ kind: "ignored", event: "push" });
});
