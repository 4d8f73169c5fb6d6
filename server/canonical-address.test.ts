import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { canonicalAddress } from "@/server/canonical-address";

const ask = (host: string, url = "/account?x=1", method = "GET") =>
  canonicalAddress({ method, url, headers: { host } } as IncomingMessage);

test("a page asked for under a loopback address is read under localhost", () => {
  expect(ask("127.0.0.1:3000")).toBe("http://localhost:3000/account?x=1");
  expect(ask("[::1]:3000")).toBe("http://localhost:3000/account?x=1");
});

test.each([
  ["the console's own name", "localhost:3000", "/", "GET"],
  ["whatever name a reverse proxy uses", "console.internal:3000", "/", "GET"],
  ["what machines ask for", "127.0.0.1:3000", "/api/ready", "GET"],
  ["what would change something", "127.0.0.1:3000", "/sign-in", "POST"],
])("it leaves %s alone", (_, host, url, method) => {
  expect(ask(host, url, method)).toBeNull();
});
