import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Opens a connection to the registry's host and port, and to nothing else. */
export type Connect = () => Promise<Socket>;
export type RegistryProxy = { socket: string; close(): Promise<void> };

/**
 * A proxy on a unix socket, in a folder of its own, that leads to one origin: the package registry. `CONNECT host:port` opens
 * a tunnel (https), a request with an absolute address is passed on (http). Anything else is answered 403.
 */
export async function listenForRegistry(registry: string, connect: Connect): Promise<RegistryProxy> {
  // Short, because a unix socket's path is: 107 bytes at most.
  const folder = await mkdtemp(join(tmpdir(), "skytells-registry-"));
  const target = new URL(registry);
  const sockets = new Set<Duplex>();
  const server = createServer((request, response) => void forward(target, connect, request, response));
  server.on("connection", (socket) => track(sockets, socket));
  server.on("connect", (request, near: Duplex, head: Buffer) => {
    void tunnel(target, connect, request, near, head, sockets);
  });
  const socket = join(folder, "proxy.sock");
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, resolve);
  });
  // The folder is private to us; the socket itself is mounted into one sandbox, whose account is not ours.
  await chmod(socket, 0o666);
  return {
    socket,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function track(sockets: Set<Duplex>, socket: Duplex): void {
  sockets.add(socket);
  socket.once("close", () => sockets.delete(socket));
  socket.on("error", () => socket.destroy());
}

const portOf = (target: URL): string => target.port || (target.protocol === "https:" ? "443" : "80");

const REFUSED = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const UNREACHED = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

async function tunnel(
  target: URL,
  connect: Connect,
  request: IncomingMessage,
  near: Duplex,
  head: Buffer,
  sockets: Set<Duplex>,
): Promise<void> {
  near.on("error", () => near.destroy());
  if (request.url?.toLowerCase() !== `${target.hostname}:${portOf(target)}`) return void near.end(REFUSED);
  try {
    const far = await connect();
    track(sockets, far);
    near.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    far.write(head);
    await Promise.all([pipeline(near, far), pipeline(far, near)]);
  } catch {
    if (near.writable) near.end(UNREACHED);
  }
}

/** Passes a plain http request on. The sandbox's own headers go along: they can hold nothing that is ours. */
async function forward(
  target: URL,
  connect: Connect,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { url = "", method = "GET" } = incoming;
  if (target.protocol !== "http:" || !URL.canParse(url) || new URL(url).origin !== target.origin) {
    response.writeHead(403, { "content-type": "text/plain" });
    return void response.end("The sandbox reaches the package registry only.\n");
  }
  const { pathname, search } = new URL(url);
  try {
    const far = await connect();
    const outgoing = request({
      method,
      path: pathname + search,
      headers: withoutHop(incoming),
      createConnection: () => far,
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once("response", resolve);
      outgoing.once("error", reject);
    });
    await pipeline(incoming, outgoing);
    const answer = await answered;
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    await pipeline(answer, response);
  } catch {
    if (!response.headersSent) response.writeHead(502);
    response.end();
  }
}

function withoutHop({ headers }: IncomingMessage): IncomingMessage["headers"] {
  const { "proxy-connection": _proxy, connection: _connection, ...rest } = headers;
  return { ...rest, connection: "close" };
}
