import { describe, expect, test } from "vitest";
import { describeDeliveries } from "@/lib/providers/contract";
import { WEBHOOKS, type WebhookKind, webhookOf } from "@/lib/providers/git/webhook";
import type { Webhook } from "@/lib/providers/provider";
import { Secret } from "@/lib/secret";
import { hex, PROOFS, recordedCalls, signingToken, standardSignature } from "@/lib/testing/host-calls";

const KINDS = Object.keys(WEBHOOKS) as WebhookKind[];
const secret = new Secret("a secret of this test");
const body = Buffer.from(JSON.stringify({ id: "x1", ref: "refs/heads/main", after: "a".repeat(40) }));

const OTHER: Record<WebhookKind, (event: string) => string> = {
  gitlab: (event) => (event === "Push Hook" ? "Tag Push Hook" : "Push Hook"),
  gitea: (event) => (event === "push" ? "create" : "push"),
  gogs: (event) => (event === "push" ? "delete" : "push"),
  bitbucket_cloud: (event) => (event === "repo:push" ? "repo:fork" : "repo:push"),
  bitbucket_data_center: (event) =>
    event === "repo:refs_changed" ? "diagnostics:ping" : "repo:refs_changed",
  other: (event) => (event === "push" ? "ping" : "push"),
};

const proof = (kind: WebhookKind, over: Buffer = body, by = secret) =>
  PROOFS[kind]?.(over, by.reveal()) ?? [];
const verify = (webhook: Webhook, raw: string[], over = body) => webhook.verify({}, raw, over, secret);

describe.each(KINDS)("calls of a %s", (kind) => {
  describeDeliveries(WEBHOOKS[kind], {
    hostKind: kind,
    deliveries: recordedCalls(kind),
    sign: (bytes, by) => proof(kind, bytes, by),
    otherEvent: OTHER[kind],
  });

  test("are known by the id that the host gives them", () => {
    for (const { name, headers, delivery, body } of recordedCalls(kind)) {
      const bytes = Buffer.from(JSON.stringify(body));
      const lower = Object.fromEntries(
        headers.flatMap((header, i) => (i % 2 === 0 ? [[header.toLowerCase(), headers[i + 1]]] : [])),
      );
      expect(WEBHOOKS[kind].delivery(lower, bytes), name).toEqual(delivery);
    }
  });

  test("of every event there is a recorded one", () => {
    const names = recordedCalls(kind).map(({ name }) => name);
    const events = ["push", "push-forced", "branch-created", "branch-deleted", "tag-created", "tag-deleted"];
    expect(names).toEqual(expect.arrayContaining(events));
    if (kind !== "other")
      expect(names).toEqual(expect.arrayContaining(["push-several-commits", "push-no-commits"]));
  });
});

const pairs = (raw: readonly string[]) =>
  raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ""] as const] : []));

describe.each(KINDS)("the proof of a %s", (kind) => {
  const webhook = WEBHOOKS[kind];
  const good = proof(kind);

  test("is taken, whatever the case of its header's name", () => {
    expect(verify(webhook, good)).toBe(true);
    expect(
      verify(
        webhook,
        good.map((text, i) => (i % 2 === 0 ? text.toLowerCase() : text)),
      ),
    ).toBe(true);
  });

  test("that is missing, empty, doubled, joined, cut, of another secret or beside a wrong one proves nothing", () => {
    const swapped = (change: (value: string) => string) =>
      pairs(good).flatMap(([name, value]) => [name, change(value)]);
    const bad: Record<string, string[]> = {
      missing: [],
      empty: swapped(() => ""),
      doubled: [...good, ...good],
      "doubled in another case": [
        ...good,
        ...good.map((text, i) => (i % 2 === 0 ? text.toUpperCase() : text)),
      ],
      joined: swapped((value) => `${value}, ${value}`),
      "cut short": swapped((value) => value.slice(0, -1)),
      longer: swapped((value) => `${value}0`),
      "of another secret": proof(kind, body, new Secret("another secret of this test")),
      "of an empty secret": proof(kind, body, new Secret("")),
      "a wrong one first": [...swapped((value) => value.replace(/.$/, "!")), ...good],
    };
    for (const [name, raw] of Object.entries(bad)) expect(verify(webhook, raw), name).toBe(false);
  });

  test("of any other kind of host proves nothing", () => {
    const same = (other: WebhookKind) => proof(other).some((text, i) => i % 2 === 0 && good.includes(text));
    for (const other of KINDS.filter((one) => !same(one))) {
      expect(verify(webhook, proof(other)), other).toBe(false);
    }
  });
});

const SIGNED = KINDS.filter((kind) => kind !== "gitlab");

test.each(SIGNED)(
  "the proof of a %s is over the bytes as they were received, and SHA-1 does not count",
  (kind) => {
    const [webhook, good] = [WEBHOOKS[kind], proof(kind)];
    expect(verify(webhook, good, Buffer.concat([body, Buffer.from(" ")]))).toBe(false);
    expect(verify(webhook, good, body.subarray(0, -1))).toBe(false);
    const sha1 = hex(body, secret.reveal(), "sha1");
    for (const [name] of pairs(good)) {
      expect(verify(webhook, [name, `sha1=${sha1}`]), name).toBe(false);
      expect(verify(webhook, [name, sha1]), name).toBe(false);
    }
    expect(verify(webhook, ["X-Hub-Signature", `sha1=${sha1}`])).toBe(false);
  },
);

describe("a call of Gitea's", () => {
  const right = hex(body, secret.reveal());
  test("may carry any of the signatures of its family, and each that is there has to be right", () => {
    expect(verify(WEBHOOKS.gitea, ["X-Forgejo-Signature", right])).toBe(true);
    expect(verify(WEBHOOKS.gitea, ["X-Hub-Signature-256", `sha256=${right}`])).toBe(true);
    expect(verify(WEBHOOKS.gitea, ["X-Hub-Signature-256", right])).toBe(false);
    const wrong = hex(body, "another");
    expect(verify(WEBHOOKS.gitea, ["X-Gitea-Signature", right, "X-Forgejo-Signature", wrong])).toBe(false);
    expect(verify(WEBHOOKS.gitea, ["X-Gitea-Signature", right, "X-Hub-Signature-256", ""])).toBe(false);
  });
});

describe("GitLab's signed form", () => {
  const token = signingToken(secret);
  const now = Math.floor(Date.now() / 1000);
  const signed = (at = now, id = "0f1e2d3c") => standardSignature(body, token, id, at);

  test("is taken alone, and with the secret token beside it", () => {
    expect(Buffer.from(token.replace(/^whsec_/, ""), "base64")).toHaveLength(32);
    expect(verify(WEBHOOKS.gitlab, signed())).toBe(true);
    expect(verify(WEBHOOKS.gitlab, [...signed(), "X-Gitlab-Token", secret.reveal()])).toBe(true);
  });

  test("has to be right where it is there: a right token beside it does not help", () => {
    const bad: Record<string, string[]> = {
      "five minutes old": signed(now - 310),
      "of the future": signed(now + 310),
      "without a time": signed().filter((_, i) => i !== 2 && i !== 3),
      "without an id": signed().slice(2),
      "of another id": signed().map((text) => (text === "0f1e2d3c" ? "0f1e2d3d" : text)),
      doubled: [...signed(), ...signed()],
      empty: [...signed().slice(0, 4), "webhook-signature", ""],
      "of another version": signed().map((text) => text.replace(/^v1,/, "v2,")),
      "by the secret itself": standardSignature(
        body,
        Buffer.from(secret.reveal()).toString("base64"),
        "x",
        now,
      ),
    };
    for (const [name, raw] of Object.entries(bad)) {
      expect(verify(WEBHOOKS.gitlab, raw), name).toBe(false);
      expect(verify(WEBHOOKS.gitlab, [...raw, "X-Gitlab-Token", secret.reveal()]), name).toBe(false);
    }
    expect(verify(WEBHOOKS.gitlab, [...signed(), "X-Gitlab-Token", "another"])).toBe(false);
    expect(verify(WEBHOOKS.gitlab, signed(), Buffer.from("{}"))).toBe(false);
  });

  test("may list several signatures while the host changes its key", () => {
    const raw = signed().map((text) => text.replace(/^v1,/, `v1,${"A".repeat(43)}= v1,`));
    expect(verify(WEBHOOKS.gitlab, raw)).toBe(true);
  });
});

describe("ids where the host gives none", () => {
  test("come from the body: the same bytes are the same call", () => {
    const headers = { "x-gitea-event": "push" };
    const [one, again, other] = [body, body, Buffer.from("{}")].map(
      (bytes) => WEBHOOKS.gitea.delivery(headers, bytes)?.id,
    );
    expect(one).toMatch(/^body-[0-9a-f]{40}$/);
    expect([again, other === one]).toEqual([one, false]);
  });

  test("of an older GitLab name one push, so that two branches of it stay two calls", () => {
    const headers = { "x-gitlab-event": "Push Hook", "x-gitlab-event-uuid": "13792a34-cac6-4fda" };
    const id = (bytes: Buffer) => WEBHOOKS.gitlab.delivery(headers, bytes)?.id;
    expect(id(body)).toBe(id(body));
    expect(id(body)).not.toBe(id(Buffer.from("{}")));
  });
});

describe("a body that says odd things", () => {
  const parse = (kind: WebhookKind, event: string, change: (body: never) => void) => {
    const recorded = recordedCalls(kind).find((one) => one.name === "push");
    const copy = structuredClone(recorded?.body) as never;
    change(copy);
    return () => WEBHOOKS[kind].parse(event, Buffer.from(JSON.stringify(copy)));
  };
  const malformed = expect.objectContaining({ reason: "malformed" });

  test.each<[string, WebhookKind, string, (body: Record<string, never>) => void]>([
    ["a ref outside refs", "gitlab", "Push Hook", (b) => Object.assign(b, { ref: "main" })],
    ["a commit that is an option", "gitea", "push", (b) => Object.assign(b, { after: "--upload-pack=x" })],
    ["a commit that is cut", "gogs", "push", (b) => Object.assign(b, { after: "abc" })],
    [
      "a change of nothing into nothing",
      "bitbucket_cloud",
      "repo:push",
      (b) => {
        Object.assign(b, { push: { changes: [{ old: null, new: null }] } });
      },
    ],
    [
      "an addition that had a commit before",
      "bitbucket_data_center",
      "repo:refs_changed",
      (b) => {
        Object.assign(b, {
          changes: [
            { ref: { id: "refs/heads/x" }, type: "ADD", fromHash: "a".repeat(40), toHash: "b".repeat(40) },
          ],
        });
      },
    ],
    ["a field that there is not", "other", "push", (b) => Object.assign(b, { branch: "main" })],
    ["an id that cannot be stored", "other", "push", (b) => Object.assign(b, { id: "../x" })],
  ])("such as %s is malformed", (_, kind, event, change) => {
    expect(parse(kind, event, change as never)).toThrow(malformed);
  });

  test("of an unknown kind of host is read as the plain form", () => {
    expect(webhookOf("something new")).toBe(WEBHOOKS.other);
    expect(webhookOf(null)).toBe(WEBHOOKS.other);
  });
});
