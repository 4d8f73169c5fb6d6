import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { webhook } from "@/lib/providers/github/webhook";
import { Secret } from "@/lib/secret";

const secret = new Secret("a secret of this test");
const body = Buffer.from(JSON.stringify({ zen: "Keep it simple.", hook_id: 1 }));
const hmac = (kind: string, over = body) => createHmac(kind, secret.reveal()).update(over).digest("hex");
const good = `sha256=${hmac("sha256")}`;
const verify = (...raw: string[]) => webhook.verify({}, raw, body, secret);

describe("a signature of GitHub's", () => {
  test("is one header of one kind, whatever the case of its name", () => {
    expect(verify("X-Hub-Signature-256", good)).toBe(true);
    expect(verify("x-hub-signature-256", good, "X-Hub-Signature", `sha1=${hmac("sha1")}`)).toBe(true);
  });

  test.each([
    ["missing", []],
    ["empty", ["X-Hub-Signature-256", ""]],
    ["doubled", ["X-Hub-Signature-256", good, "X-Hub-Signature-256", good]],
    [
      "doubled under another case",
      ["X-Hub-Signature-256", good, "x-hub-signature-256", `sha256=${"0".repeat(64)}`],
    ],
    ["joined", ["X-Hub-Signature-256", `${good}, ${good}`]],
    ["of the old kind only", ["X-Hub-Signature", `sha1=${hmac("sha1")}`]],
    ["of the old kind in the new header", ["X-Hub-Signature-256", `sha1=${hmac("sha1")}`]],
    ["cut short", ["X-Hub-Signature-256", good.slice(0, -2)]],
    ["without its prefix", ["X-Hub-Signature-256", hmac("sha256")]],
    ["in capitals", ["X-Hub-Signature-256", `sha256=${hmac("sha256").toUpperCase()}`]],
    ["over other bytes", ["X-Hub-Signature-256", `sha256=${hmac("sha256", Buffer.from("{}"))}`]],
  ] as const)("that is %s proves nothing", (_, raw) => {
    expect(verify(...raw)).toBe(false);
  });
});

describe("the id and the event of a call", () => {
  const delivery = (id: unknown, event: unknown) =>
    webhook.delivery({ "x-github-delivery": id as string, "x-github-event": event as string }, body);

  test("are both there, and of a form that can be stored and shown", () => {
    expect(delivery("72d3162e-cc78-11e3-81ab-4c9367dc0958", "push")).not.toBeNull();
    for (const [id, event] of [
      [undefined, "push"],
      ["72d3162e", undefined],
      [["a", "b"], "push"],
      ["<script>", "push"],
      ["a".repeat(101), "push"],
      ["72d3162e", "push\nX"],
    ]) {
      expect(delivery(id, event)).toBeNull();
    }
  });
});

describe("a push", () => {
  const commit = "a".repeat(40);
  const payload = {
    ref: "refs/heads/main",
    before: commit,
    after: "b".repeat(40),
    forced: false,
    deleted: false,
    pusher: { name: "octocat" },
    head_commit: null,
    repository: { id: 7, full_name: "octocat/hello" },
  };
  const parse = (change: object) =>
    webhook.parse("push", Buffer.from(JSON.stringify({ ...payload, ...change })));

  test("carries the repository's id as text, and 64-digit commits too", () => {
    expect(parse({})).toMatchObject({ repository: { id: "7" }, changes: [{ before: commit }] });
    expect(parse({ after: "c".repeat(64) })).toMatchObject({ changes: [{ after: "c".repeat(64) }] });
  });

  test.each([
    ["a branch outside refs", { ref: "main" }],
    ["a commit that is none", { after: "HEAD" }],
    ["a commit that is an option", { after: "--upload-pack=x" }],
    ["no repository", { repository: undefined }],
    ["an id that is a text", { repository: { id: "7", full_name: "x/y" } }],
    ["deleted and yet a commit", { deleted: true }],
    ["not deleted and yet no commit", { after: "0".repeat(40) }],
  ])("with %s is malformed", (_, change) => {
    expect(() => parse(change)).toThrow(expect.objectContaining({ reason: "malformed" }));
  });
});
