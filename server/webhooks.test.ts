import { createServer, request as httpRequest, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useTestDatabase } from "@/lib/testing/database";
import { pushBody, signatureOf } from "@/lib/testing/deliveries";
import { addHook, addSite, deploymentsOf, type Site, type TestHook } from "@/lib/testing/factories";
import { bytesInFlight, LIMITS } from "@/server/incoming-body";
import { handleWebhook } from "@/server/webhooks";

useTestDatabase();

const MEBIBYTE = 1024 * 1024;
let server: Server;
let port = 0;
let site: Site;
let hook: TestHook;

beforeAll(async () => {
  site = await addSite();
  hook = await addHook(site);
  server = createServer((request, response) => void handleWebhook(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

type Answer = { status: number; text: string };
type Sent = { method?: string; path?: string; headers?: Record<string, string>; body?: Iterable<Buffer> };

function send({
  method = "POST",
  path = `/api/webhooks/github/${hook.hookId}`,
  headers = {},
  body = [],
}: Sent) {
  return new Promise<Answer>((resolve, reject) => {
    const request = httpRequest(
      { port, host: "127.0.0.1", method, path, headers, agent: false },
      (response) => {
        let text = "";
        response.on("data", (chunk) => (text += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    // A server that refuses while we still send closes the connection; the answer counts.
    request.on("error", (error) => setTimeout(() => reject(error), 200));
    for (const chunk of body) request.write(chunk);
    request.end();
  });
}

const signed = (body: Buffer) => ({
  "content-type": "application/json",
  "x-github-delivery": crypto.randomUUID(),
  "x-github-event": "push",
  "x-hub-signature-256": signatureOf(body, hook.secret),
});

test("a push over HTTP, in many pieces, deploys", async () => {
  const body = pushBody(site);
  const pieces = Array.from({ length: Math.ceil(body.length / 7) }, (_, n) =>
    body.subarray(n * 7, n * 7 + 7),
  );
  expect(await send({ headers: signed(body), body: pieces })).toEqual({
    status: 202,
    text: '{"outcome":"push"}',
  });
  expect(await deploymentsOf(site.appId)).toHaveLength(1);
});

test("a wrong signature is 401 with an empty body", async () => {
  const body = pushBody(site);
  const headers = { ...signed(body), "x-hub-signature-256": "sha256=00" };
  expect(await send({ headers, body: [body] })).toEqual({ status: 401, text: "" });
});

test("24 MiB are read, 25 MiB and a byte are not, said or unsaid beforehand", async () => {
  const large = Buffer.alloc(24 * MEBIBYTE, " ");
  expect((await send({ headers: signed(large), body: [large] })).status).toBe(202);
  const said = { ...signed(large), "content-length": String(25 * MEBIBYTE + 1) };
  expect((await send({ headers: said }).catch(() => ({ status: 413 }))).status).toBe(413);
  const pieces = Array.from({ length: 26 }, () => Buffer.alloc(MEBIBYTE));
  const answer = await send({ headers: signed(large), body: pieces }).catch(() => null);
  expect(answer === null || answer.status === 413).toBe(true);
});

test("a compressed body is refused before it is unpacked", async () => {
  const body = pushBody(site);
  const headers = { ...signed(body), "content-encoding": "gzip" };
  expect((await send({ headers, body: [gzipSync(body)] })).status).toBe(415);
});

test("only POST, and only the path of a hook", async () => {
  expect((await send({ method: "GET" })).status).toBe(405);
  for (const path of [
    "/api/webhooks/",
    "/api/webhooks/github",
    "/api/webhooks/github/x/y",
    "/api/webhooks/%2e%2e/x",
  ]) {
    expect((await send({ path })).status).toBe(404);
  }
});

test("a caller that hangs up in the middle leaves nothing and breaks nothing", async () => {
  const before = (await deploymentsOf(site.appId)).length;
  await new Promise<void>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(
        `POST /api/webhooks/github/${hook.hookId} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhalf`,
        () => socket.destroy(),
      );
    });
    socket.on("close", () => resolve());
  });
  expect((await send({ method: "GET" })).status).toBe(405);
  expect((await deploymentsOf(site.appId)).length).toBe(before);
});

const narrow = { ...LIMITS, bytesInFlight: MEBIBYTE, milliseconds: 300 };

/** Sends the start of a large body to a server of narrow limits, and no more: what it answers meanwhile. */
function startSending(hookId: string, bytes: number): Promise<string> {
  const own = createServer((request, response) => void handleWebhook(request, response, narrow));
  return new Promise((resolve, reject) => {
    own.listen(0, "127.0.0.1", () => {
      const socket = connect((own.address() as AddressInfo).port, "127.0.0.1");
      let text = "";
      socket.on("data", (chunk) => (text += chunk));
      socket.on("error", () => undefined);
      socket.on("close", () => own.close((error) => (error ? reject(error) : resolve(text))));
      const head = `POST /api/webhooks/github/${hookId} HTTP/1.1\r\nhost: x\r\ncontent-length: ${20 * MEBIBYTE}\r\n\r\n`;
      socket.write(Buffer.concat([Buffer.from(head), Buffer.alloc(bytes)]));
    });
  });
}

test("more than may be held at once is 503 with a time to try again, and is given back", async () => {
  const answer = await startSending(hook.hookId, 2 * MEBIBYTE);
  expect(answer).toMatch(/^HTTP\/1\.1 503 .*retry-after: 10/s);
  expect(bytesInFlight()).toBe(0);
});

test("a body that does not end is given up", async () => {
  expect(await startSending(hook.hookId, 10)).toMatch(/^HTTP\/1\.1 408 /);
});

test("nothing is held of a body for a hook that there is not; it is answered like a wrong signature", async () => {
  const unknown = `hok_${"0".repeat(20)}`;
  // Twice what may be held: read past until the time is up, never refused for its memory.
  expect(await startSending(unknown, 2 * MEBIBYTE)).toMatch(/^HTTP\/1\.1 408 /);
  const body = pushBody(site);
  const path = `/api/webhooks/github/${unknown}`;
  expect(await send({ path, headers: signed(body), body: [body] })).toEqual({ status: 401, text: "" });
});

test("a provider and an id that there are not are answered without waiting for the body", async () => {
  expect(await startSending("hok_x", 10)).toMatch(/^HTTP\/1\.1 404 /);
});
