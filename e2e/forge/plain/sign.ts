import { createHmac, randomUUID } from "node:crypto";
import type { PlainHook } from "@/e2e/forge/state/model";

const hmac = (body: Buffer, secret: string, algorithm = "sha256") =>
  createHmac(algorithm, secret).update(body).digest("hex");

/** The headers of one call, as each product sends them. */
export function plainHeaders(
  hook: PlainHook,
  event: string,
  body: Buffer,
  guid: string,
): Record<string, string> {
  const common = { "content-type": "application/json" };
  if (hook.kind === "gitlab") return { ...common, ...gitlabHeaders(hook, event, body, guid) };
  if (hook.kind === "gitea") return { ...common, ...giteaHeaders(hook, event, body, guid) };
  return {
    ...common,
    "user-agent": "Atlassian HttpClient 4.2.0 / Bitbucket-9.4.0",
    "x-event-key": event,
    "x-request-id": guid,
    ...(hook.secret ? { "x-hub-signature": `sha256=${hmac(body, hook.secret)}` } : {}),
  };
}

/** The signed form covers id, time and body [Standard Webhooks]; the key stands in base64 behind `whsec_`. */
function gitlabHeaders(hook: PlainHook, event: string, body: Buffer, guid: string): Record<string, string> {
  const at = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from((hook.signingToken ?? "").replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${guid}.${at}.`).update(body).digest("base64");
  return {
    "user-agent": "GitLab/18.6.0-ee",
    "idempotency-key": guid,
    "x-gitlab-event": event,
    "x-gitlab-event-uuid": randomUUID(),
    "x-gitlab-webhook-uuid": `hook-${hook.id}`,
    ...(hook.secret ? { "x-gitlab-token": hook.secret } : {}),
    ...(hook.signingToken
      ? { "webhook-id": guid, "webhook-timestamp": at, "webhook-signature": `v1,${signature}` }
      : {}),
  };
}

function giteaHeaders(hook: PlainHook, event: string, body: Buffer, guid: string): Record<string, string> {
  const signature = hook.secret ? hmac(body, hook.secret) : "";
  const sha1 = hook.secret ? hmac(body, hook.secret, "sha1") : "";
  return {
    "user-agent": "Go-http-client/1.1",
    ...Object.fromEntries(
      ["x-gitea", "x-gogs", "x-github"].flatMap((name) => [
        [`${name}-delivery`, guid],
        [`${name}-event`, event],
        [`${name}-event-type`, event],
      ]),
    ),
    "x-gitea-signature": signature,
    "x-gogs-signature": signature,
    "x-hub-signature": `sha1=${sha1}`,
    "x-hub-signature-256": `sha256=${signature}`,
  };
}
