import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Reply } from "./reply";

/** Sends an answer; a body that is a stream is piped, anything else gets its length. */
export async function send(response: ServerResponse, reply: Reply, withoutBody = false): Promise<void> {
  if (response.destroyed || response.headersSent) return discard(reply);
  const { body } = reply;
  if (body === null || typeof body === "string" || Buffer.isBuffer(body)) {
    const length = body === null ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const headers =
      reply.status === 204 || reply.status === 304 ? reply.headers : { ...length, ...reply.headers };
    response.writeHead(reply.status, headers);
    response.end(withoutBody ? null : body);
    return;
  }
  response.writeHead(reply.status, reply.headers);
  await pipeline(body, response).catch(() => response.destroy());
}

/** Cuts the connection in the middle of the body: the reader sees a broken answer, never a short valid one. */
export async function sendTruncated(response: ServerResponse, reply: Reply, bytes?: number): Promise<void> {
  const whole = await wholeBody(reply);
  const kept = whole.subarray(0, bytes ?? Math.floor(whole.length / 2));
  response.writeHead(reply.status, {
    ...reply.headers,
    "content-length": String(Math.max(whole.length, kept.length + 1)),
  });
  response.write(kept, () => response.destroy());
}

/** Lets a streamed answer run to its end without sending it. */
export async function discard(reply: Reply): Promise<void> {
  await wholeBody(reply);
}

/** The same answer with its body in memory: for work that must be over before anything is sent. */
export async function wholeReply(reply: Reply): Promise<Reply> {
  return { ...reply, body: await wholeBody(reply) };
}

async function wholeBody(reply: Reply): Promise<Buffer> {
  const { body } = reply;
  if (body === null) return Buffer.alloc(0);
  if (typeof body === "string") return Buffer.from(body);
  if (Buffer.isBuffer(body)) return body;
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
