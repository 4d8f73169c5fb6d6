import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { parseAllowList } from "@/lib/egress/allow-list";
import { EgressError } from "@/lib/egress/error";
import { createFetch, type EgressInit } from "@/lib/egress/fetch";
import { checkedAddresses, type ResolvedAddress, type Resolver, systemResolver } from "@/lib/egress/resolve";
import { bundleFile } from "@/lib/testing/bundle";
import { createAuthority } from "@/lib/testing/certificate";

const MESSAGE = "The host could not be reached, or did not answer as it should.";
const servers: Pick<Server, "close">[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function serve(listener: RequestListener): Promise<{ origin: string; port: number }> {
  const server = createServer({ keepAliveTimeout: 200 }, listener);
  return {
    ...(await listening(server)),
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
}

async function listening(server: Server): Promise<{ port: number }> {
  servers.push({
    close: (done) => {
      server.closeAllConnections();
      return server.close(done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port };
}

const answering =
  (text = "ok"): RequestListener =>
  (_request, response) =>
    response.end(text);
const ipv4 = (address: string): ResolvedAddress => ({ address, family: 4 });

/** A resolver that gives one answer after the other, and counts. */
function resolverOf(...answers: ResolvedAddress[][]): Resolver & { calls: string[] } {
  const calls: string[] = [];
  const resolver = async (hostname: string) => {
    calls.push(hostname);
    return answers[Math.min(calls.length, answers.length) - 1] ?? [];
  };
  return Object.assign(resolver, { calls });
}

const fetchWith = (resolver: Resolver = systemResolver, allowed?: string) =>
  createFetch({ resolver, ranges: parseAllowList(allowed) });
const instance = (origin: string) => ({ kind: "instance", origin }) as const;

async function failure(attempt: Promise<unknown>): Promise<EgressError> {
  const error = await attempt.then(
    () => new Error("it was answered"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof EgressError)) throw error;
  return error;
}

describe("the way out", () => {
  test("sends what it is given and gives back the whole answer", async () => {
    const { origin } = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        response.writeHead(201, {
          "x-method": request.method,
          "x-asked": request.headers["x-ask"],
          "set-cookie": ["a=1", "b=2"],
        });
        response.end(Buffer.concat(chunks));
      });
    });
    const answer = await fetchWith()(`${origin}/path?x=1`, {
      allow: instance(origin),
      method: "POST",
      headers: { "x-ask": "this" },
      body: new URLSearchParams({ a: "b c" }),
    });
    expect(answer).toBeInstanceOf(Response);
    expect(answer.status).toBe(201);
    expect(Object.fromEntries(answer.headers)).toMatchObject({ "x-method": "POST", "x-asked": "this" });
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await answer.text()).toBe("a=b+c");
  });

  test.each([204, 304])("gives a %i without a body", async (status) => {
    const { origin } = await serve((_request, response) => response.writeHead(status, { etag: '"x"' }).end());
    const answer = await fetchWith()(origin, { allow: instance(origin) });
    expect([answer.status, answer.body, answer.headers.get("etag")]).toEqual([status, null, '"x"']);
  });

  test.each([301, 302, 303, 307, 308])("hands a redirect (%i) back and goes nowhere", async (status) => {
    const visits: string[] = [];
    const target = await serve((request, response) => {
      visits.push(`${request.url}`);
      response.end("secret");
    });
    const { origin } = await serve((request, response) => {
      visits.push(`${request.method} ${request.url}`);
      response
        .writeHead(status, { location: request.url === "/away" ? `${target.origin}/stolen` : "/elsewhere" })
        .end();
    });
    for (const path of ["/away", "/here"]) {
      const answer = await fetchWith()(`${origin}${path}`, {
        allow: instance(origin),
        method: "POST",
        body: "client_secret",
      });
      expect(answer.status).toBe(status);
      expect(answer.headers.get("location")).toBeTruthy();
    }
    expect(visits).toEqual(["POST /away", "POST /here"]);
  });

  test("reads compressed answers, counting what they unpack to", async () => {
    const { origin } = await serve((request, response) => {
      const text = request.url === "/bomb" ? Buffer.alloc(20 * 1024 * 1024) : Buffer.from("unpacked");
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(text));
    });
    const answer = await fetchWith()(origin, { allow: instance(origin) });
    expect(await answer.text()).toBe("unpacked");
    expect(answer.headers.get("content-encoding")).toBeNull();
    expect((await failure(fetchWith()(`${origin}/bomb`, { allow: instance(origin) }))).kind).toBe(
      "too_large",
    );
  });

  test("stops at the size that is allowed, and closes the connection", async () => {
    let isClosed = false;
    const { origin } = await serve((_request, response) => {
      response.on("close", () => {
        isClosed = true;
      });
      const more = () => response.write("x".repeat(65_536), (error) => !error && setImmediate(more));
      more();
    });
    const error = await failure(fetchWith()(origin, { allow: instance(origin), maxBytes: 1_000_000 }));
    expect(error).toMatchObject({ kind: "too_large", message: MESSAGE });
    await expect.poll(() => isClosed, { timeout: 5_000 }).toBe(true);
    const exact = await serve(answering("x".repeat(1_000)));
    const answer = await fetchWith()(exact.origin, { allow: instance(exact.origin), maxBytes: 1_000 });
    expect((await answer.text()).length).toBe(1_000);
  });

  test.each(["headers", "the rest of the body"])("gives up on %s that do not come in time", async (what) => {
    const { origin } = await serve((_request, response) => {
      if (what === "headers") return;
      response.writeHead(200);
      const drip = setInterval(() => response.write("x"), 20);
      response.on("close", () => clearInterval(drip));
    });
    const before = performance.now();
    const error = await failure(fetchWith()(origin, { allow: instance(origin), timeoutMs: 300 }));
    expect(error).toMatchObject({ kind: "timeout", message: MESSAGE });
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test("ends with the reason of whoever aborts it", async () => {
    const { origin } = await serve(() => undefined);
    const controller = new AbortController();
    const attempt = fetchWith()(origin, { allow: instance(origin), signal: controller.signal });
    controller.abort(new Error("the page was left"));
    await expect(attempt).rejects.toThrow("the page was left");
  });

  test("fails when the connection is cut in the middle of an answer", async () => {
    const { origin } = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.destroy());
    });
    expect(await failure(fetchWith()(origin, { allow: instance(origin) }))).toMatchObject({
      message: MESSAGE,
    });
  });
});

describe("what may not be reached", () => {
  test("is answered in one way, whether it is refused, filtered by us, unknown or not a web server", async () => {
    const open = await serve(answering());
    const talker = createTcpServer((socket) =>
      socket
        .on("error", () => undefined)
        .resume()
        .end("SSH-2.0-OpenSSH\r\n"),
    );
    await listening(talker as unknown as Server & { closeAllConnections(): void });
    Object.assign(talker, { closeAllConnections: () => undefined });
    const talkerPort = (talker.address() as AddressInfo).port;
    const unused = await closedPort();
    const attempts: [string, EgressInit["allow"]][] = [
      [`https://127.0.0.1:${open.port}`, "public"],
      [`https://127.0.0.1:${unused}`, "public"],
      [`https://localhost:${unused}`, "public"],
      [`http://127.0.0.1:${open.port}`, "public"],
      [`http://127.0.0.1:${unused}`, instance(`http://127.0.0.1:${unused}`)],
      [`http://127.0.0.1:${talkerPort}`, instance(`http://127.0.0.1:${talkerPort}`)],
      [`https://127.0.0.1:${open.port}`, instance(`https://127.0.0.1:${open.port}`)],
      ["https://169.254.169.254/latest/meta-data", "public"],
      ["https://169.254.169.254/latest/meta-data", instance("https://169.254.169.254")],
      ["https://[fd00:ec2::254]/", instance("https://[fd00:ec2::254]")],
      ["https://[::ffff:127.0.0.1]/", "public"],
      ["https://0x7f000001/", "public"],
      ["https://2130706433/", "public"],
      ["https://127.1/", "public"],
      ["https://nobody.invalid/", "public"],
      ["file:///etc/passwd", "public"],
      ["ftp://example.com/", "public"],
      ["https://user:pass@127.0.0.1/", "public"],
      ["not an address", "public"],
    ];
    for (const [url, allow] of attempts) {
      const error = await failure(fetchWith()(url, { allow }));
      expect([url, error.kind, error.message]).toEqual([url, "unreachable", MESSAGE]);
    }
  });

  test("is not connected to at all", async () => {
    let connections = 0;
    const server = createServer(answering());
    server.on("connection", () => {
      connections += 1;
    });
    const { port } = await listening(server);
    await failure(fetchWith()(`https://127.0.0.1:${port}`, { allow: "public" }));
    await failure(fetchWith()(`http://127.0.0.1:${port}`, { allow: "public" }));
    await failure(
      fetchWith(resolverOf([ipv4("127.0.0.1")]))(`https://git.example.com:${port}`, { allow: "public" }),
    );
    expect(connections).toBe(0);
  });

  test("is every host with one address that is not allowed, wherever it stands in the list", async () => {
    for (const bad of ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:8.8.8.8", "garbage"]) {
      for (const list of [
        [ipv4("8.8.8.8"), ipv4(bad)],
        [ipv4(bad), ipv4("8.8.8.8")],
      ]) {
        const attempt = checkedAddresses(
          { hostname: "git.example.com", port: 443, isPlain: false },
          "public",
          {
            resolver: resolverOf(list),
            ranges: [],
          },
        );
        expect((await failure(attempt)).kind).toBe("unreachable");
      }
    }
  });

  test("is a host without an address", async () => {
    const attempt = fetchWith(resolverOf([]))("https://git.example.com", { allow: "public" });
    expect((await failure(attempt)).kind).toBe("unreachable");
  });
});

describe("a name", () => {
  test("is asked once for each connection, and the connection goes to the answer that was checked", async () => {
    const hosts: (string | undefined)[] = [];
    const { port } = await serve((request, response) => {
      hosts.push(request.headers.host);
      response.end("ok");
    });
    const origin = `http://git.example.com:${port}`;
    const resolver = resolverOf([ipv4("127.0.0.1")]);
    const answer = await fetchWith(resolver)(`${origin}/x`, { allow: instance(origin) });
    expect(await answer.text()).toBe("ok");
    expect(hosts).toEqual([`git.example.com:${port}`]);
    expect(resolver.calls).toEqual(["git.example.com"]);
  });

  test("that answers differently the second time (rebinding) is checked the second time", async () => {
    const { port } = await serve((_request, response) =>
      response.writeHead(200, { connection: "close" }).end("ok"),
    );
    const origin = `http://git.example.com:${port}`;
    const resolver = resolverOf([ipv4("127.0.0.1")], [ipv4("169.254.169.254")], [ipv4("127.0.0.1")]);
    const fetch = fetchWith(resolver);
    expect((await fetch(origin, { allow: instance(origin) })).status).toBe(200);
    expect((await failure(fetch(origin, { allow: instance(origin) }))).kind).toBe("unreachable");
    expect((await fetch(origin, { allow: instance(origin) })).status).toBe(200);
    expect(resolver.calls).toHaveLength(3);
  });

  test("with several addresses is tried at each that was checked", async () => {
    const { port } = await serve(answering());
    const origin = `http://git.example.com:${port}`;
    const resolver = resolverOf([{ address: "::1", family: 6 }, ipv4("127.0.0.2"), ipv4("127.0.0.1")]);
    expect((await fetchWith(resolver)(origin, { allow: instance(origin) })).status).toBe(200);
  });

  test("reached under one rule is not reached under another by the connection that is still open", async () => {
    const { origin } = await serve(answering());
    const fetch = fetchWith();
    expect((await fetch(origin, { allow: instance(origin) })).status).toBe(200);
    expect((await failure(fetch(origin, { allow: "public" }))).kind).toBe("unreachable");
    expect((await failure(fetch(origin, { allow: instance("http://127.0.0.1:1") }))).kind).toBe(
      "unreachable",
    );
  });
});

describe("TLS", () => {
  const authority = createAuthority();

  async function serveTls(...hosts: string[]) {
    const names: (string | false | null | undefined)[] = [];
    const server = createTlsServer(authority.issue(...hosts), (request, response) => {
      names.push((request.socket as TLSSocket & { servername?: string }).servername);
      response.end("ok");
    });
    server.on("tlsClientError", () => undefined);
    return { ...(await listening(server)), names };
  }

  test("of an instance says that the certificate is the problem; of anybody's host it does not", async () => {
    const { port } = await serveTls("git.example.com");
    const origin = `https://git.example.com:${port}`;
    const fetch = fetchWith(resolverOf([ipv4("127.0.0.1")]), "127.0.0.0/8");
    expect(await failure(fetch(origin, { allow: instance(origin) }))).toMatchObject({
      kind: "certificate",
      message: MESSAGE,
    });
    expect(await failure(fetch(origin, { allow: "public" }))).toMatchObject({
      kind: "unreachable",
      message: MESSAGE,
    });
  });

  test("trusts what one call brings, for that call alone", async () => {
    const { port } = await serveTls("localhost");
    const fetch = fetchWith(async () => [ipv4("127.0.0.1")], "127.0.0.1");
    const url = `https://localhost:${port}`;
    const codes = [];
    for (const ca of [undefined, authority.ca, undefined, createAuthority().ca]) {
      const call = fetch(url, { allow: "public", ca });
      codes.push(
        await call.then(
          (answer) => answer.status,
          (error) => error.detail,
        ),
      );
    }
    expect(codes).toEqual(["certificate_untrusted", 200, "certificate_untrusted", "certificate_untrusted"]);
  });

  test("tells an unknown name, a blocked address and a certificate apart, and all else alike", async () => {
    const { port } = await serveTls("git.example.com");
    const nobody = fetchWith(async () => {
      throw new Error("ENOTFOUND");
    });
    const local = fetchWith(async () => [ipv4("127.0.0.1")], "127.0.0.1");
    const blocked = fetchWith(async () => [ipv4("10.0.0.1")]);
    const details = [
      await failure(nobody("https://git.example.com", { allow: "public" })),
      await failure(blocked("https://git.example.com", { allow: "public" })),
      await failure(local(`https://other.example.com:${port}`, { allow: "public", ca: authority.ca })),
      await failure(local(`https://git.example.com:${await closedPort()}`, { allow: "public" })),
    ];
    expect(details.map(({ detail }) => detail)).toEqual([
      "unresolved",
      "blocked",
      "certificate_wrong_host",
      null,
    ]);
    expect(new Set(details.map(({ message }) => message))).toEqual(new Set([MESSAGE]));
  });

  test("hands a body on as it comes, ends it when that was enough, and reads none that is not wanted", async () => {
    let sent = 0;
    const { origin } = await serve((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
      };
      response.on("drain", more);
      more();
    });
    let heard = 0;
    const take = (chunk: Uint8Array) => {
      heard += chunk.length;
      return heard < 200_000;
    };
    const init = { allow: instance(origin), maxBytes: 1e9 };
    expect((await fetchWith()(origin, { ...init, take })).body).toBeNull();
    expect(heard).toBeLessThan(1_000_000);
    heard = 0;
    await fetchWith()(origin, { ...init, take, accept: () => false });
    expect(heard).toBe(0);
    const all = fetchWith()(origin, { ...init, maxBytes: 300_000, take: () => true });
    expect((await failure(all)).kind).toBe("too_large");
    expect(sent).toBeLessThan(100_000_000);
  });

  test("trusts NODE_EXTRA_CA_CERTS, and asks for and checks the name, not the address", async () => {
    const { port, names } = await serveTls("git.example.com");
    mkdirSync(".test", { recursive: true });
    const folder = mkdtempSync(".test/egress-");
    try {
      writeFileSync(join(folder, "ca.pem"), authority.ca);
      writeFileSync(join(folder, "program.ts"), PROGRAM);
      const bundle = await bundleFile(join(folder, "program.ts"), folder);
      const run = (host: string) => output(bundle, `https://${host}:${port}`, join(folder, "ca.pem"));
      expect(await run("git.example.com")).toBe("200");
      expect(await run("other.example.com")).toBe("certificate");
      expect(names).toEqual(["git.example.com"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

const PROGRAM = `
import { createFetch } from "@/lib/egress/fetch";
const fetch = createFetch({ resolver: async () => [{ address: "127.0.0.1", family: 4 }], ranges: [] });
const origin = process.argv[2];
const said = await fetch(origin, { allow: { kind: "instance", origin } }).then((answer) => answer.status, (error) => error.kind);
process.stdout.write(String(said));
`;

function output(bundle: string, origin: string, ca: string): Promise<string> {
  const child = spawn(process.execPath, [bundle, origin], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ca },
  });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  return new Promise((resolve) => child.on("close", () => resolve(text)));
}

async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
