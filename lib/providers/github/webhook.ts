import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import { ProviderRejected } from "@/lib/providers/errors";
import type { Webhook, WebhookEvent } from "@/lib/providers/provider";
import type { Secret } from "@/lib/secret";

const SIGNATURE = "x-hub-signature-256";
const NOTHING = /^0+$/;
const commit = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);
const repository = z.object({ id: z.number().int().positive(), full_name: z.string() });

const push = z.object({
  ref: z.string().regex(/^refs\/(heads|tags)\/./),
  before: commit,
  after: commit,
  forced: z.boolean(),
  deleted: z.boolean(),
  pusher: z.object({ name: z.string() }),
  head_commit: z.object({ message: z.string(), author: z.object({ name: z.string() }) }).nullish(),
  repository,
});
const ping = z.object({ zen: z.string(), hook_id: z.number() });
const anything = z.object({ repository: repository.optional() });

/** GitHub's webhook calls [GitHub docs, "Validating webhook deliveries", "Webhook events and payloads"]. */
export const webhook: Webhook = { verify, delivery, parse };

function verify(_headers: IncomingHttpHeaders, rawHeaders: string[], body: Buffer, secret: Secret): boolean {
  const given = onlyValue(rawHeaders, SIGNATURE);
  const hex = given === null ? undefined : /^sha256=([0-9a-f]{64})$/.exec(given)?.[1];
  if (!hex) return false;
  const expected = createHmac("sha256", secret.reveal()).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(hex, "hex"));
}

/** The header's value when it was sent exactly once: Node joins doubled ones, so look at what was received. */
function onlyValue(rawHeaders: string[], name: string): string | null {
  const values = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name);
  return values.length === 1 ? (values[0] ?? null) : null;
}

function delivery(headers: IncomingHttpHeaders): { id: string; event: string } | null {
  const id = headers["x-github-delivery"];
  const event = headers["x-github-event"];
  if (typeof id !== "string" || typeof event !== "string") return null;
  return /^[\w-]{1,100}$/.test(id) && /^\w{1,60}$/.test(event) ? { id, event } : null;
}

/** The event's name is outside the signature: the payload's shape has to agree with it. */
function parse(event: string, body: Buffer): WebhookEvent {
  const payload = parseJson(body);
  if (event === "push") return toPush(payload);
  if (push.safeParse(payload).success) throw malformed();
  if (event === "ping") {
    if (!ping.safeParse(payload).success) throw malformed();
    return { kind: "ping" };
  }
  const parsed = anything.safeParse(payload);
  if (!parsed.success) throw malformed();
  return { kind: "ignored", event };
}

function toPush(payload: unknown): WebhookEvent {
  const parsed = push.safeParse(payload);
  if (!parsed.success) throw malformed();
  const { data } = parsed;
  const after = NOTHING.test(data.after) ? null : data.after;
  if (data.deleted !== (after === null)) throw malformed();
  return {
    kind: "push",
    repository: { by: "id", id: String(data.repository.id), name: data.repository.full_name },
    pusher: data.pusher.name,
    changes: [
      {
        ref: data.ref,
        before: NOTHING.test(data.before) ? null : data.before,
        after,
        isForced: data.forced,
        message: data.head_commit?.message ?? "",
        author: data.head_commit?.author.name ?? "",
      },
    ],
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw malformed();
  }
}

const malformed = () =>
  new ProviderRejected("malformed", "The delivery's body is not what its event says it is.");
