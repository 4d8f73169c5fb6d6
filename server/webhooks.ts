import type { IncomingMessage, ServerResponse } from "node:http";
import { callerAddress } from "@/lib/auth";
import { type Outcome, receiveInstanceWebhook, receiveWebhook } from "@/lib/webhooks";
import { type BodyLimits, IncomingBody, LIMITS } from "@/server/incoming-body";

const PATH = /^\/api\/webhooks\/([a-z0-9-]{1,40})\/(instance\/)?([a-z0-9_]{1,40})(?:\?|$)/;

/**
 * Answers `POST /api/webhooks/[provider]/[hook]` and `…/[provider]/instance/[instance]`: the bytes as they came, bounded and uncompressed, go to intake; its outcome
 * goes back. Everything else below `/api/webhooks/` is answered here too.
 */
export async function handleWebhook(
  request: IncomingMessage,
  response: ServerResponse,
  limits: BodyLimits = LIMITS,
): Promise<void> {
  const [, provider = "", isInstance, id = ""] = PATH.exec(request.url ?? "") ?? [];
  if (!provider) return refuse(request, response, 404);
  if (request.method !== "POST") return refuse(request, response, 405, { allow: "POST" });
  // A signature covers the bytes that were sent; unpacking them first would be a bomb's best friend.
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") return refuse(request, response, 415);
  if (Number(request.headers["content-length"] ?? 0) > limits.bytes) return refuse(request, response, 413);
  const body = new IncomingBody(request, limits);
  const read = (isKept: boolean) => body.read(isKept);
  const { headers, rawHeaders } = request;
  const address = callerAddress(request) ?? "";
  try {
    const call = { provider, headers, rawHeaders, read, address };
    const outcome = await (isInstance
      ? receiveInstanceWebhook({ ...call, instanceId: id })
      : receiveWebhook({ ...call, hookId: id }));
    if (request.complete) send(response, outcome);
    else refuse(request, response, outcome.status, retryHeader(outcome));
  } finally {
    body.release();
  }
}

const retryHeader = ({ retryAfter }: Outcome): Record<string, string> =>
  retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };

function send(response: ServerResponse, outcome: Outcome): void {
  const { status, body } = outcome;
  const text = body === null ? "" : JSON.stringify(body);
  response.writeHead(status, {
    ...retryHeader(outcome),
    ...(body === null ? {} : { "content-type": "application/json" }),
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
  });
  response.end(text);
}

/** Answers without a body. What is still being sent is not waited for. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    ...headers,
    "content-length": 0,
    "cache-control": "no-store",
    connection: "close",
  });
  response.end(() => {
    if (!request.complete) request.destroy();
  });
}
