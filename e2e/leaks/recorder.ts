import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { Evidence } from "./evidence";
import type { RunSecrets } from "./secrets";

/** What a browser, a test and the Git host were answered. */
export type Recorder = { port: number; responses(): Evidence[]; close(): Promise<void> };

/** Of a request, so much is read for what was typed. */
const FORM_BYTES = 256 * 1024;
const HOP_BY_HOP = ["connection", "keep-alive", "transfer-encoding", "accept-encoding"];

/**
 * A reverse proxy before the console, which keeps every answer whole: pages, their payloads, answers of actions, event streams, hooks.
 * (A browser gives a test no body of a redirect, of a stream, nor of what it forgot after a navigation.) From what passes it
 * learns the run's own secrets: what was typed into a field for one, link tokens, codes, cookies.
 */
export async function startRecorder(options: { to: number; secrets: RunSecrets }): Promise<Recorder> {
  const kept: Evidence[] = [];
  const assets = new Set<string>();
  const server = createServer((incoming, answer) => {
    learnFromAddress(incoming.url ?? "/", options.secrets);
    learnFromForm(incoming, options.secrets);
    const call = request({
      host: "127.0.0.1",
      port: options.to,
      agent: false,
      method: incoming.method,
      path: incoming.url,
      headers: without(HOP_BY_HOP, incoming.headers),
    });
    call.once("response", (response) => {
      learnFromCookies(response, options.secrets);
      answer.writeHead(response.statusCode ?? 502, without(HOP_BY_HOP, response.headers));
      answer.flushHeaders();
      response.pipe(answer);
      response.once("error", () => answer.destroy());
      if (isNew(incoming, assets)) keep(incoming, response, kept);
    });
    call.once("error", () => answer.destroy());
    answer.once("close", () => call.destroy());
    incoming.pipe(call);
  });
  const port = await listen(server);
  return { port, responses: () => kept, close: () => close(server) };
}

/** The build's own files are the same for everybody: once is enough. */
function isNew({ url = "" }: IncomingMessage, assets: Set<string>): boolean {
  if (!url.startsWith("/_next/static/")) return true;
  const isFirst = !assets.has(url);
  assets.add(url);
  return isFirst;
}

/** Keeps an answer as it comes, so that a stream which never ends is there as far as it went. */
function keep(incoming: IncomingMessage, response: IncomingMessage, kept: Evidence[]): void {
  const { method = "GET", url = "/" } = incoming;
  const head = Object.entries(without(["set-cookie"], response.headers)).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const chunks: Buffer[] = [Buffer.from(`${head.join("\n")}\n\n`, "latin1")];
  response.on("data", (chunk: Buffer) => chunks.push(chunk));
  kept.push({
    place: "response",
    where: `${method} ${new URL(url, "http://console").pathname} (${response.statusCode})`,
    request: { method, url },
    get bytes() {
      return Buffer.concat(chunks);
    },
  });
}

function without<T extends object>(names: readonly string[], headers: T): T {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name))) as T;
}

function learnFromAddress(url: string, secrets: RunSecrets): void {
  const { pathname, searchParams } = new URL(url, "http://console");
  const token = searchParams.get("token");
  if (token) secrets.addLinkToken(token);
  if (!/\/callback$/.test(pathname)) return;
  secrets.add("code", searchParams.get("code") ?? "");
  secrets.addState(searchParams.get("state") ?? "");
}

const FIELD = /name="([^"]+)"(?:\r\n[^\r\n]+)*\r\n\r\n([^\r\n]*)\r\n/g;

/** What was typed into a field for a password or a secret, in a form as browsers send it. */
function learnFromForm(incoming: IncomingMessage, secrets: RunSecrets): void {
  if (!incoming.headers["content-type"]?.startsWith("multipart/form-data")) return;
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= FORM_BYTES) chunks.push(chunk);
  });
  incoming.once("end", () => {
    for (const [, name = "", value = ""] of Buffer.concat(chunks).toString("utf8").matchAll(FIELD)) {
      if (/password|secret|credential/i.test(name)) secrets.add(`typed as ${name}`, value);
    }
  });
}

/** Sessions, and the two random values of an authorization attempt. */
function learnFromCookies(response: IncomingMessage, secrets: RunSecrets): void {
  for (const cookie of response.headers["set-cookie"] ?? []) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (name.includes("session-token")) secrets.add("session cookie", decodeURIComponent(value));
    if (name.startsWith("skc_att_")) {
      for (const half of value.split(".")) secrets.add("half of an attempt", half);
    }
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
