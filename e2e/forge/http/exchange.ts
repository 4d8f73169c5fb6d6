import type { IncomingMessage, ServerResponse } from "node:http";

/** One request as it came in; the body is read only by who needs it, so that git can stream it. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  /** The path as sent, still percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  header(name: string): string | undefined;
  body(): Promise<Buffer>;
}

const MAX_BODY = 8 * 1024 * 1024;

export class BodyTooLarge extends Error {}

export function openExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const [path = "/", query = ""] = splitOnce(request.url ?? "/", "?");
  let body: Promise<Buffer> | undefined;
  return {
    request,
    response,
    method: request.method ?? "GET",
    path,
    query: new URLSearchParams(query),
    header: (name) => {
      const value = request.headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    body: () => {
      body ??= readAll(request);
      return body;
    },
  };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY) throw new BodyTooLarge(`The body is larger than ${MAX_BODY} bytes.`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function splitOnce(value: string, separator: string): string[] {
  const at = value.indexOf(separator);
  return at < 0 ? [value] : [value.slice(0, at), value.slice(at + separator.length)];
}
