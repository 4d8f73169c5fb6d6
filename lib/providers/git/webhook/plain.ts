import { z } from "zod";
import { claimOf } from "@/lib/providers/git/webhook/paths";
import { commitId, commitOrNull, parseJson, ref, shaped } from "@/lib/providers/git/webhook/payload";
import { isHexHmac, onlyValue } from "@/lib/providers/git/webhook/received";
import { UNKNOWN_BEFORE, type Webhook, type WebhookEvent } from "@/lib/providers/provider";

/** The header of the plain form; its value is `sha256=` and the HMAC of the body in hex. */
export const PLAIN_SIGNATURE = "X-Console-Signature";

const id = z.string().regex(/^[\w.:-]{1,100}$/);
const ping = z.strictObject({ id, ping: z.literal(true) });
const push = z.strictObject({
  id,
  ref,
  after: commitId,
  before: commitId.optional(),
  repository: z.string().optional(),
  message: z.string().optional(),
  author: z.string().optional(),
  pusher: z.string().optional(),
});
const any = z.union([ping, push]);

/**
 * The form for scripts and `post-receive` hooks, described in docs/webhooks.md. Everything is in the body, so the signature
 * covers everything, its id included.
 */
export const plain: Webhook = {
  verify(_headers, rawHeaders, body, secret) {
    const given = onlyValue(rawHeaders, PLAIN_SIGNATURE.toLowerCase());
    return isHexHmac(given === null ? null : /^sha256=([0-9a-f]{64})$/.exec(given)?.[1], body, secret);
  },

  delivery(_headers, body) {
    const parsed = readQuietly(body);
    return parsed ? { id: parsed.id, event: "ping" in parsed ? "ping" : "push" } : null;
  },

  parse(event, body): WebhookEvent {
    const payload = parseJson(body);
    if (event === "ping") {
      shaped(ping, payload);
      return { kind: "ping" };
    }
    const data = shaped(push, payload);
    return {
      kind: "push",
      repository: data.repository === undefined ? { by: "secret" } : claimOf([data.repository]),
      pusher: data.pusher ?? "",
      changes: [
        {
          ref: data.ref,
          // Where it was is a help, not a must: without it the console reads the head.
          before: data.before === undefined ? UNKNOWN_BEFORE : commitOrNull(data.before),
          after: commitOrNull(data.after),
          isForced: false,
          message: data.message ?? "",
          author: data.author ?? "",
        },
      ],
    };
  },
};

/** Null for what cannot be told from its repeats: a script is answered with an error, and mutes nothing. */
function readQuietly(body: Buffer): z.infer<typeof any> | null {
  try {
    return shaped(any, parseJson(body));
  } catch {
    return null;
  }
}
