import { expect, test } from "vitest";
import { type EventWords, eventSentence } from "@/lib/audit/event-sentence";

const event = (name: string, rest: Partial<EventWords> = {}): EventWords => ({
  event: name,
  subjectName: null,
  facts: {},
  appName: null,
  ...rest,
});

test.each<[EventWords, string]>([
  [event("integration.connected", { subjectName: "octocat" }), "connected octocat"],
  [
    event("app.renamed", {
      subjectName: "shop",
      facts: { changes: { name: { from: "store", to: "shop" } } },
    }),
    "renamed an app to shop, before that store",
  ],
  [
    event("credential.used", { subjectName: "octocat", appName: "shop", facts: { purpose: "checkout" } }),
    "fetched code through octocat for shop",
  ],
  [
    event("credential.used", { subjectName: "octocat", facts: { purpose: "something_new" } }),
    "used octocat (something new)",
  ],
  [
    event("deployment.cancelled", { appName: "shop", facts: { number: 12 } }),
    "cancelled deployment 12 of shop",
  ],
  [event("deployment.cancelled", { facts: { number: 12 } }), "cancelled deployment 12 of an app"],
  [
    event("token.revoked", { facts: { outcome: "forgotten" } }),
    "erased what was kept for revoking a token that is not needed any more",
  ],
  [
    event("hook.changed", { subjectName: "ada/shop", facts: { status: "active", registeredBy: "console" } }),
    "registered the webhook of ada/shop",
  ],
  [
    event("hook.changed", { subjectName: "ada/shop", facts: { status: "active", registeredBy: "person" } }),
    "hears the webhook of ada/shop",
  ],
  [
    event("hook.changed", { subjectName: "ada/shop", facts: { status: "refused" } }),
    "asks for new commits of ada/shop by itself: no webhook could be registered",
  ],
  [
    event("hook.deleted", { subjectName: "ada/shop", facts: { outcome: "forgotten" } }),
    "erased what was kept for deleting the webhook of ada/shop",
  ],
  [event("freeze.lifted_early", { subjectName: "shop" }), "lifted early the freeze shop"],
])("%j reads as a sentence", (given, expected) => {
  expect(eventSentence(given)).toBe(expected);
});

test("facts of an odd shape do not end up in the sentence", () => {
  const odd = event("app.renamed", { subjectName: "shop", facts: { changes: { name: { from: { a: 1 } } } } });
  expect(eventSentence(odd)).toBe("renamed an app to shop");
});
