import { createHmac, randomUUID } from "node:crypto";
import { type Site, sha, type TestHook } from "@/lib/testing/factories";
import type { Call } from "@/lib/webhooks";

export type PushPayload = { ref?: string; before?: string | null; after?: string | null; forced?: boolean };

const NOTHING = "0".repeat(40);

/** The body of a push event, as far as it matters, in GitHub's form. */
export function pushBody(site: Site, push: PushPayload = {}): Buffer {
  const after = push.after === undefined ? sha(1) : push.after;
  const before = push.before === undefined ? sha("start") : push.before;
  const payload = {
    ref: push.ref ?? "refs/heads/main",
    before: before ?? NOTHING,
    after: after ?? NOTHING,
    forced: push.forced ?? false,
    created: before === null,
    deleted: after === null,
    pusher: { name: "jonas", email: "jonas@example.com" },
    head_commit:
      after === null
        ? null
        : { id: after, message: "Cart: keep the quantity", author: { name: "Jonas Okafor" } },
    repository: { id: Number(site.repositoryExternalId), full_name: site.repositoryName },
  };
  return Buffer.from(JSON.stringify(payload));
}

export const signatureOf = (body: Buffer, secret: string, algorithm = "sha256"): string =>
  `${algorithm}=${createHmac(algorithm, secret).update(body).digest("hex")}`;

type Options = { id?: string; event?: string; address?: string; headers?: string[] };

/** A call as it reaches intake. `headers` are names and values in turn, doubled ones included, and replace the signature. */
export function call(hook: TestHook, body: Buffer, options: Options = {}): Call {
  const { id = randomUUID(), event = "push", address = "198.51.100.7" } = options;
  const signature = options.headers ?? ["X-Hub-Signature-256", signatureOf(body, hook.secret)];
  const rawHeaders = ["X-GitHub-Delivery", id, "X-GitHub-Event", event, ...signature];
  const read = async () => body;
  return { provider: "github", hookId: hook.hookId, read, address, rawHeaders, headers: joined(rawHeaders) };
}

/** Headers as Node gives them: lower case, repeats joined. */
function joined(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let n = 0; n < raw.length; n += 2) {
    const name = (raw[n] ?? "").toLowerCase();
    const value = raw[n + 1] ?? "";
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}
