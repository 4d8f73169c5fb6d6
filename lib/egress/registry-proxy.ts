import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";

export type RegistryProxy = { socket: string; close(): Promise<void> };

/** The one way that a proxy leads. */
export type Way = {
  target: URL;
  /** Opens a connection to the target's host and port, and to nothing else. */
  connect: () => Promise<Socket>;
  /** The target cannot be reached: the build will only say that its connection was lost. */
  onUnreachable: () => void;
};

/**
 * A proxy on a unix socket, in a folder of its own, that leads to one origin: the package registry. `CONNECT host:port` opens
 * a tunnel (https), a request with an absolute address is passed on (http). Anything else is answered 403.
 */
export async function listenForRegistry(way: Way): Promise<RegistryProxy> {
  // Short, because a unix socket's path is: 107 bytes at most.
  const folder = await mkdtemp(join(tmpdir(), "skytells-registry-"));
  const sockets = new Set<Duplex>();
  const server = createServer((incoming, response) => void forward(way, incoming, response));
  server.on("connection", (socket) => track(sockets, socket));
  server.on("connect", (incoming, near: Duplex, head: Buffer) => {
    void tunnel(way, incoming, { near, head, sockets });
  });
  const socket = join(folder, "proxy.sock");
  await listening(server, socket);
  // The folder is private to us; the socket itself is mounted into one sandbox, whose account is not ours.
  await chmod(socket, 0o666);
  return {
    socket,
    close: async () => {
      for (const one of sockets) one.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
}

function track(sockets: Set<Duplex>, socket: Duplex): void {
  sockets.add(socket);
  socket.once("close", () => sockets.delete(socket));
  socket.on("error", () => socket.destroy());
}

async function open({ connect, onUnreachable }: Way): Promise<Socket | null> {
  try {
    return await connect();
  } catch {
    onUnreachable();
    return null;
  }
}

const hostAndPort = ({ hostname, port, protocol }: URL): string =>
  `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;

const REFUSED = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const UNREACHED = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

type Near = { near: Duplex; head: Buffer; sockets: Set<Duplex> };

async function tunnel(way: Way, incoming: IncomingMessage, { near, head, sockets }: Near): Promise<void> {
  near.on("error", () => near.destroy());
  if (incoming.url?.toLowerCase() !== hostAndPort(way.target)) return void near.end(REFUSED);
  const far = await open(way);
  if (!far) return void near.end(UNREACHED);
  track(sockets, far);
  near.write("HTTP/1.1 200 Connection Established\r\n\r\n");
  far.write(head);
  // Either side may go away at any moment; the other one then ends too.
  await Promise.allSettled([pipeline(near, far), pipeline(far, near)]);
}

/** Passes a plain http request on. The sandbox's own headers go along: they can hold nothing that is ours. */
async function forward(way: Way, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = "", method = "GET" } = incoming;
  const { target } = way;
  if (target.protocol !== "http:" || !URL.canParse(url) || new URL(url).origin !== target.origin) {
    response.writeHead(403, { "content-type": "text/plain" });
    return void response.end("The sandbox reaches the package registry only.\n");
  }
  const far = await open(way);
  if (!far) return void response.writeHead(502).end();
  const { pathname, search } = new URL(url);
  try {
    const options = { method, path: pathname + search, headers: headersOf(incoming, target) };
    const outgoing = request({ ...options, createConnection: () => far });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once("response", resolve);
      outgoing.once("error", reject);
    });
    const [answer] = await Promise.all([answered, pipeline(incoming, outgoing)]);
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    await pipeline(answer, response);
  } catch {
    far.destroy();
    if (!response.headersSent) response.writeHead(502);
    response.end();
  }
}

/** Whatever host the sandbox names: only the registry is asked. */
function headersOf({ headers }: IncomingMessage, target: URL): IncomingMessage["headers"] {
  const { "proxy-connection": _proxy, ...rest } = headers;
  return { ...rest, host: target.host, connection: "close" };
}
