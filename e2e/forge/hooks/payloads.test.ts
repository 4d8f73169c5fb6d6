import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, expect, it } from "vitest";
import { call, startReceiver, useForge } from "@/e2e/forge/testing/start";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Example = { name: string; examples: { [name: string]: Json }[] };

const { forge } = useForge("demo");
const examples = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve("@octokit/webhooks-examples/api.github.com/index.json"),
    "utf8",
  ),
) as Example[];

/** Older fields that some recorded examples have, or that only an installed app sees. */
const NOT_OURS = new Set(["installation", "active_lock_reason", "template_repository", "custom_properties"]);

let receiver: Awaited<ReturnType<typeof startReceiver>>;
const sent = new Map<string, { [name: string]: Json }>();

beforeAll(async () => {
  receiver = await startReceiver();
  const { admin } = forge();
  const repo = "tidepool/shapes";
  await admin.createRepository({ owner: "tidepool", name: "shapes", private: true });
  const { token } = await admin.issueToken("octocat", ["repo"]);
  const config = { url: receiver.url, content_type: "json", secret: "s" };
  await call(forge(), token, "POST", `/repos/${repo}/hooks`, { config, events: ["*"] });
  await admin.commitFiles(repo, "main", { "a.txt": "1" });
  await admin.createBranch(repo, "feature");
  await admin.commitFiles(repo, "feature", { "b.txt": "1" });
  const first = await admin.openPullRequest(repo, { head: "feature" });
  await admin.commitFiles(repo, "feature", { "b.txt": "2" });
  await admin.closePullRequest(repo, first.number, { merge: true });
  await admin.deleteBranch(repo, "feature");
  await admin.setVisibility(repo, "public");
  await admin.renameRepository(repo, "shapes-again");
  await admin.transferRepository("tidepool/shapes-again", "octocat");
  await admin.transferRepository("octocat/shapes-again", "lighthouse");
  await admin.deleteRepository("lighthouse/shapes-again");
  await admin.deliveriesIdle();
  for (const one of receiver.received) {
    const payload = JSON.parse(one.bytes.toString());
    const event = String(one.headers["x-github-event"]);
    const name = payload.action ? `${event} ${payload.action}` : event;
    sent.set(payload.deleted ? `${name} deleted` : name, payload);
  }
});
afterAll(() => receiver.close());

it.each([
  "ping",
  "push",
  "push deleted",
  "create",
  "delete",
  "public",
  "pull_request opened",
  "pull_request synchronize",
  "pull_request closed",
  "repository renamed",
  "repository transferred",
  "repository publicized",
])("%s has the fields of GitHub's own example", (name) => {
  const [event, action] = name.split(" ");
  const recorded = examples
    .find((one) => one.name === event)
    ?.examples.filter(
      (one) => !action || one.action === action || (action === "deleted" && one.deleted === true),
    );
  const ours = sent.get(name);
  expect(recorded?.length, `an example of ${name}`).toBeGreaterThan(0);
  expect(ours, `a delivery of ${name}`).toBeDefined();
  const closest = (recorded ?? [])
    .map((example) => differences(example, ours ?? {}, ""))
    .sort((a, b) => a.length - b.length);
  expect(closest[0]).toEqual([]);
});

it("a deleted repository says goodbye to its hooks", () => {
  expect(sent.get("repository deleted")).toMatchObject({ action: "deleted" });
});

/** Paths that the example has and we have not, or have with another type. Null goes with anything. */
function differences(example: Json, ours: Json, path: string): string[] {
  if (example === null || ours === null) return [];
  if (Array.isArray(example) || Array.isArray(ours)) {
    if (!Array.isArray(example) || !Array.isArray(ours)) return [`${path} is a list in one of them only`];
    const [theirs, own] = [example[0], ours[0]];
    return theirs === undefined || own === undefined ? [] : differences(theirs, own, `${path}[0]`);
  }
  if (typeof example !== "object" || typeof ours !== "object") {
    return typeof example === typeof ours ? [] : [`${path} should be a ${typeof example}`];
  }
  return Object.entries(example).flatMap(([name, value]) => {
    if (NOT_OURS.has(name)) return [];
    const own = ours[name];
    return own === undefined ? [`${path}.${name} is missing`] : differences(value, own, `${path}.${name}`);
  });
}
