import { createServer, type Server } from "node:http";
import type { AddressInfo, Server as AnyServer } from "node:net";
import { meetAfter, meetBefore } from "@/e2e/forge/faults/meet";
import type { Host } from "@/e2e/forge/host";
import { timestamp } from "@/e2e/forge/state/clock";
import { presentedCredentials } from "./credentials";
import { BodyTooLarge, type Exchange, openExchange } from "./exchange";
import { json, type Reply } from "./reply";
import { fingerprintOf, type LoggedRequest } from "./request-log";
import { send } from "./send";

export type Answer = (exchange: Exchange) => Reply | Promise<Reply>;

/** Listens on the loopback address only and answers through the given function. */
export async function listen(port: number, answer: (exchange: Exchange) => Promise<void>): Promise<Server> {
  const server = createServer((request, response) => {
    response.on("error", () => undefined);
    answer(openExchange(request, response)).catch(() => response.destroy());
  });
  // Longer than any client keeps a connection, so that none is closed under a request.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

export function portOf(server: AnyServer): number {
  return (server.address() as AddressInfo).port;
}

export function closeServer(server: AnyServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ("closeAllConnections" in server) (server as Server).closeAllConnections();
  });
}

/** One request with its log entry and with the faults that were ordered for it. */
export async function answerObserved(host: Host, exchange: Exchange, answer: Answer): Promise<void> {
  const actions = host.faults.take(exchange.method, exchange.path);
  const entry = host.requests.add(logEntry(exchange, actions.map((action) => action.kind).join("+")));
  const before = await meetBefore(host, exchange, actions);
  if (before.done) return;
  const reply = before.reply ?? (await answerSafely(host, exchange, answer));
  entry.status = reply.status;
  entry.body = await sentJson(exchange);
  const after = await meetAfter(exchange, reply, actions);
  if (after.done) {
    entry.status = 0;
    return;
  }
  entry.status = after.reply?.status ?? reply.status;
  await send(exchange.response, after.reply ?? reply, exchange.method === "HEAD");
}

async function answerSafely(host: Host, exchange: Exchange, answer: Answer): Promise<Reply> {
  try {
    return await answer(exchange);
  } catch (error) {
    if (error instanceof BodyTooLarge) return json(413, { message: error.message });
    host.log(`${exchange.method} ${exchange.path}: ${error instanceof Error ? error.stack : String(error)}`);
    return json(500, { message: "Server Error" });
  }
}

async function sentJson(exchange: Exchange): Promise<unknown> {
  if (!exchange.path.startsWith("/api/v3/") || exchange.method === "GET") return null;
  try {
    return JSON.parse((await exchange.body()).toString("utf8"));
  } catch {
    return null;
  }
}

/** Secrets in a query are not kept, only that they were there. */
function logEntry(exchange: Exchange, faults: string): LoggedRequest {
  const presented = presentedCredentials(exchange);
  const query = Object.fromEntries(exchange.query);
  for (const name of ["access_token", "code", "client_secret"]) if (name in query) query[name] = "…";
  return {
    at: timestamp(),
    method: exchange.method,
    path: exchange.path,
    query,
    auth: presented.kind,
    tokenFingerprint: fingerprintOf(presented),
    userAgent: exchange.header("user-agent") ?? null,
    body: null,
    status: 0,
    fault: faults || null,
  };
}
