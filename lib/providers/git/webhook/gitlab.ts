import { createHmac } from "node:crypto";
import { z } from "zod";
import { claimOf } from "@/lib/providers/git/webhook/paths";
import { commitId, malformed, parseJson, ref, shaped, toChange } from "@/lib/providers/git/webhook/payload";
import {
  eventIn,
  idIn,
  idOfBody,
  isSameText,
  onlyValue,
  valuesOf,
} from "@/lib/providers/git/webhook/received";
import type { Webhook, WebhookEvent } from "@/lib/providers/provider";
import type { Secret } from "@/lib/secret";

/** How far the host's clock may be from ours [Standard Webhooks, "Verifying webhook authenticity"]. */
const TOLERANCE_SECONDS = 300;

const repository = { git_http_url: z.string().optional(), homepage: z.string().optional() };
const push = z.object({
  object_kind: z.enum(["push", "tag_push"]),
  ref,
  before: commitId,
  after: commitId,
  user_username: z.string().nullish(),
  user_name: z.string().nullish(),
  project: z.object({ git_http_url: z.string().nullish(), web_url: z.string().nullish() }),
  repository: z.object(repository).optional(),
  commits: z
    .array(
      z.object({
        id: z.string(),
        message: z.string().optional(),
        author: z.object({ name: z.string().optional() }).optional(),
      }),
    )
    .default([]),
});
const KIND_OF: Record<string, string> = { "Push Hook": "push", "Tag Push Hook": "tag_push" };

/**
 * GitLab's webhook calls [GitLab docs, "Webhooks", "Webhook events"]. The secret comes back in `X-Gitlab-Token`; newer ones also
 * sign instead, as Standard Webhooks describe it. Where a call carries both, both have to be right.
 */
export const gitlab: Webhook = {
  verify(_headers, rawHeaders, body, secret) {
    const tokens = valuesOf(rawHeaders, "x-gitlab-token");
    const isSigned = valuesOf(rawHeaders, "webhook-signature").length > 0;
    if (tokens.length > 1 || (tokens.length === 0 && !isSigned)) return false;
    // Both are looked at whatever the first one says.
    const isToken = tokens.length === 0 || isSameText(tokens[0] ?? "", secret.reveal());
    const isSignature = !isSigned || isStandardSignature(rawHeaders, body, secret);
    return isToken && isSignature;
  },

  delivery(headers, body) {
    const event = eventIn(headers, "x-gitlab-event");
    if (!event) return null;
    const unique = idIn(headers, "idempotency-key") ?? idIn(headers, "webhook-id");
    if (unique) return { id: unique, event };
    // Of older ones: one id for all events of one push, so that it tells a call apart only together with the body.
    const shared = idIn(headers, "x-gitlab-event-uuid");
    const own = idOfBody(body);
    return { id: shared ? `${shared}-${own}`.slice(0, 100) : own, event };
  },

  parse(event, body): WebhookEvent {
    const payload = parseJson(body);
    const kind = KIND_OF[event];
    if (kind === undefined) {
      if (push.safeParse(payload).success) throw malformed();
      shaped(z.object({}), payload);
      return { kind: "ignored", event };
    }
    const data = shaped(push, payload);
    if (data.object_kind !== kind || data.ref.startsWith("refs/tags/") !== (kind === "tag_push"))
      throw malformed();
    const { project } = data;
    return {
      kind: "push",
      repository: claimOf([project.git_http_url, project.web_url]),
      pusher: data.user_username ?? data.user_name ?? "",
      changes: [toChange(data, data.commits)],
    };
  },
};

/** The signing token that goes with a secret: what GitLab takes is 32 bytes, base64, behind `whsec_`. */
export const signingToken = (secret: Secret): string => `whsec_${signingKey(secret).toString("base64")}`;

/** Not the secret itself: a hook that signs is never sent what would also be taken without a signature. */
const signingKey = (secret: Secret): Buffer =>
  createHmac("sha256", secret.reveal()).update("gitlab webhook signing token").digest();

function isStandardSignature(rawHeaders: readonly string[], body: Buffer, secret: Secret): boolean {
  const [id, at, signature] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) =>
    onlyValue(rawHeaders, name),
  );
  if (!id || !at || !signature || !/^\d{1,12}$/.test(at)) return false;
  if (Math.abs(Date.now() / 1000 - Number(at)) > TOLERANCE_SECONDS) return false;
  const signed = Buffer.concat([Buffer.from(`${id}.${at}.`), body]);
  const expected = `v1,${createHmac("sha256", signingKey(secret)).update(signed).digest("base64")}`;
  // A list: while a host changes its key it signs with both.
  const given = signature.split(" ").slice(0, 5);
  return given.map((one) => isSameText(one, expected)).includes(true);
}
