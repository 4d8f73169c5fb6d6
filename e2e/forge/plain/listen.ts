import { createServer, type Server } from "node:https";
import type { Host } from "@/e2e/forge/host";
import type { Exchange } from "@/e2e/forge/http/exchange";
import { openExchange } from "@/e2e/forge/http/exchange";
import { json, type Reply, text } from "@/e2e/forge/http/reply";
import { answerObserved } from "@/e2e/forge/http/server";
import type { Certificates } from "./authority";
import { answerPlainGit, isPlainGitPath } from "./git";
import { answerGiteaApi } from "./gitea-api";
import { answerGitLabApi } from "./gitlab-api";
import type { PlainKind } from "./kinds";
import { answerStranger } from "./stranger";

/** One plain host, and the path that it answers below; empty for the root. */
export type PlainHost = { kind: PlainKind; base: string };

/**
 * Listens on the loopback address, over TLS. In the log of requests and for faults, paths begin with the kind: `/@gitlab/api/v4/…`,
 * so that the hosts can be told apart.
 */
export async function listenPlain(
  host: Host,
  { kind, base }: PlainHost,
  { cert, key }: Certificates,
  port: number,
): Promise<Server> {
  const server = createServer({ cert, key }, (request, response) => {
    response.on("error", () => undefined);
    const exchange = openExchange(request, response);
    const seen = { ...exchange, path: `/@${kind}${exchange.path}` };
    answerObserved(host, seen, () => answerBelow(host, { kind, base }, exchange)).catch(() =>
      response.destroy(),
    );
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

function answerBelow(host: Host, { kind, base }: PlainHost, exchange: Exchange): Reply | Promise<Reply> {
  if (base === "") return answer(host, kind, exchange);
  if (!exchange.path.startsWith(`${base}/`)) return answerStranger(kind, exchange);
  return answer(host, kind, { ...exchange, path: exchange.path.slice(base.length) });
}

function answer(host: Host, kind: PlainKind, exchange: Exchange): Reply | Promise<Reply> {
  const { path } = exchange;
  if (isPlainGitPath(path)) return answerPlainGit(host, kind, exchange);
  if (kind === "gitlab" && path.startsWith("/api/v4/")) return answerGitLabApi(host, exchange);
  if (kind === "gitea" && path.startsWith("/api/v1/")) return answerGiteaApi(host, exchange);
  if (kind === "bitbucket" && path === "/rest/api/1.0/application-properties") {
    return json(200, { version: "9.4.0", buildNumber: "9004000", displayName: "Bitbucket" });
  }
  return text(404, "Not found.\n");
}
