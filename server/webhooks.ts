import type { IncomingMessage, ServerResponse } from "node:http";
import { callerAddress } from "@/lib/auth";
import { type Outcome, receiveWebhook } from "@/lib/webhooks";

/** What GitHub caps a payload at [GitHub docs, "Webhook events and payloads", "Payload cap"]. */
const MOST_BYTES = 25 * 1024 * 1024;
const PATH = /^\/api\/webhooks\/([a-z0-9-]{1,40})\/([a-z0-9_]{1,40})(?:\?|$)/;

/**
 * Answers `POST /api/webhooks/[provider]/[hook]`: the bytes as they came, bounded and uncompressed, go to intake; its outcome
 * goes back. Everything else below `/api/webhooks/` is answered here too.
 */
export async function handleWebhook(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, provider = "", hookId = ""] = PATH.exec(request.url ?? "") ?? [];
  if (!provider) return refuse(request, response, 404);
  if (request.method !== "POST") return refuse(request, response, 405, { allow: "POST" });
  // A signature covers the bytes that were sent; unpacking them first would be a bomb's best friend.
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") return refuse(request, response, 415);
  if (Number(request.headers["content-length"] ?? 0) > MOST_BYTES) return refuse(request, response, 413);
  const body = await readBody(request);
  if (body === "too_large") return refuse(request, response, 413);
  if (body === "cut_off") return void response.destroy();
  const { headers, rawHeaders } = request;
  const address = callerAddress(request) ?? "";
  send(response, await receiveWebhook({ provider, hookId, headers, rawHeaders, body, address }));
}

function readBody(request: IncomingMessage): Promise<Buffer | "too_large" | "cut_off"> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_BYTES) {
        request.pause();
        resolve("too_large");
      } else chunks.push(chunk);
    });
    request.once("end", () => resolve(Buffer.concat(chunks, size)));
    request.once("error", () => resolve("cut_off"));
    request.once("close", () => resolve("cut_off"));
  });
}

function send(response: ServerResponse, { status, body }: Outcome): void {
  const text = body === null ? "" : JSON.stringify(body);
  response.writeHead(status, {
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
