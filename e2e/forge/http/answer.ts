import type { ForgeAdmin } from "@/e2e/forge/admin/admin";
import { ADMIN_PREFIX, answerAdmin } from "@/e2e/forge/admin/http";
import { answerGit, isGitPath } from "@/e2e/forge/git/routes";
import type { Host } from "@/e2e/forge/host";
import { decideAuthorize, showAuthorize } from "@/e2e/forge/oauth/authorize";
import { exchangeToken } from "@/e2e/forge/oauth/token-endpoint";
import { answerPage } from "@/e2e/forge/pages/answer";
import { answerRest } from "@/e2e/forge/rest/answer";
import type { Exchange } from "./exchange";
import { json, type Reply } from "./reply";
import { send } from "./send";
import { answerObserved } from "./server";

/** The whole web origin: admin, OAuth, REST, git and pages. Faults and the log do not concern the admin. */
export function answerWeb(host: Host, admin: ForgeAdmin): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    if (exchange.path.startsWith(ADMIN_PREFIX)) {
      await send(exchange.response, await answerAdmin(host, admin, exchange));
      return;
    }
    await answerObserved(host, exchange, (one) => route(host, admin, one));
  };
}

function route(host: Host, admin: ForgeAdmin, exchange: Exchange): Reply | Promise<Reply> {
  const { path, method } = exchange;
  if (path === "/api/v3" || path.startsWith("/api/v3/")) return answerRest(host, exchange);
  if (path === "/login/oauth/authorize") {
    return method === "POST" ? decideAuthorize(host, exchange) : showAuthorize(host, exchange);
  }
  if (path === "/login/oauth/access_token") {
    return method === "POST" ? exchangeToken(host, exchange) : json(404, { error: "Not Found" });
  }
  if (isGitPath(path)) return answerGit(host, exchange);
  return answerPage(host, admin, exchange);
}
