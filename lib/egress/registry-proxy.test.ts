import { createServer, request, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRegistryProxy, type RegistryProxy } from "@/lib/egress";

let registry: Server;
let other: Server;
let proxy: RegistryProxy;
let unreachable = 0;

const start = (name: string): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((incoming, response) => response.end(`${name} ${incoming.headers.host}`));
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
const hostOf = (server: Server): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  [registry, other] = await Promise.all([start("registry"), start("other")]);
  proxy = await openRegistryProxy(`http://${hostOf(registry)}/`, () => {
    unreachable += 1;
  });
});
afterAll(async () => {
  await proxy.close();
  registry.close();
  other.close();
});

type Answer = { status: number; body: string };

function ask(path: string, headers: Record<string, string> = {}, socketPath = proxy.socket): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path, headers });
    asking.on("error", reject);
    asking.on("response", (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => {
        body += chunk.toString("utf8");
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asking.end();
  });
}

/** Asks for a tunnel, sends a request through it, and gives everything that came back. */
function tunnel(target: string): Promise<string> {
  return new Promise((resolve) => {
    let said = "";
    const socket: Socket = connect(proxy.socket, () => {
      socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`);
    });
    socket.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
      if (said.endsWith("Established\r\n\r\n"))
        socket.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    });
    socket.on("close", () => resolve(said));
  });
}

test("leads to the registry, whatever host the sandbox names", async () => {
  const url = `http://${hostOf(registry)}/left-pad`;
  const answer = await ask(url, { host: "metadata.internal" });
  expect(answer).toEqual({ status: 200, body: `registry ${hostOf(registry)}` });
  expect(await tunnel(hostOf(registry))).toContain("registry x");
});

test("leads nowhere else", async () => {
  expect((await ask(`http://${hostOf(other)}/`)).status).toBe(403);
  expect((await ask(`http://user@${hostOf(registry)}.evil.example/`)).status).toBe(403);
  expect((await ask("/")).status).toBe(403);
  expect((await ask("ftp://x/")).status).toBe(403);
  for (const target of [hostOf(other), "127.0.0.1:22", "169.254.169.254:80", "localhost:80", "x"]) {
    expect(await tunnel(target)).toMatch(/^HTTP\/1\.1 403 /);
  }
});

test("says when the registry cannot be reached, and never goes to metadata", async () => {
  for (const registryUrl of ["http://127.0.0.1:9", "http://169.254.169.254"]) {
    const before = unreachable;
    const broken = await openRegistryProxy(registryUrl, () => {
      unreachable += 1;
    });
    expect((await ask(`${registryUrl}/x`, {}, broken.socket)).status).toBe(502);
    expect(unreachable).toBe(before + 1);
    await broken.close();
  }
});
