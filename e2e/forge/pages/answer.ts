import type { ForgeAdmin } from "@/e2e/forge/admin/admin";
import type { Host } from "@/e2e/forge/host";
import type { Exchange } from "@/e2e/forge/http/exchange";
import { html, type Reply, redirect, text } from "@/e2e/forge/http/reply";
import { makeRoutes } from "@/e2e/forge/http/routes";

import { findClient, findRenamed, findRepository, fullName, requireUser } from "@/e2e/forge/state/find";
import type { Repository } from "@/e2e/forge/state/model";
import { avatarSvg } from "./avatar";
import { commitPage } from "./commit-page";
import { connectionPage } from "./connection-page";
import { homePage } from "./home-page";
import { layout } from "./layout";
import { repositoryPage } from "./repository-page";

interface Visit {
  host: Host;
  admin: ForgeAdmin;
  exchange: Exchange;
  params: Record<string, string>;
}

type Page = (visit: Visit) => Reply | Promise<Reply>;

const pages = makeRoutes<Page>();

pages.add("GET", "/", ({ host }) => html(200, homePage(host)));
pages.add("GET", "/avatars/u/:id", avatar);
pages.add("GET", "/settings/connections/applications/:client", connection);
pages.add("POST", "/settings/connections/applications/:client", disconnect);
pages.add("GET", "/:owner/:repo", repository);
pages.add("GET", "/:owner/:repo/commit/:sha", commit);
pages.add("GET", "/:owner/:repo/*rest", repository);

/** The pages for a person who looks around in the sandbox; signed in as nobody, they see everything. */
export async function answerPage(host: Host, admin: ForgeAdmin, exchange: Exchange): Promise<Reply> {
  const match = pages.match(exchange.method, exchange.path);
  if (match === null || match === "method") return missing();
  return match.target({ host, admin, exchange, params: match.params });
}

function missing(): Reply {
  return html(
    404,
    layout("Not found – Forge", "<h1>Not found</h1><p>There is no such page on this forge.</p>"),
  );
}

function avatar({ host, params }: Visit): Reply {
  const account = host.store.state.accounts.find((one) => one.id === Number(params.id));
  if (!account) return missing();
  return text(200, avatarSvg(account), { "content-type": "image/svg+xml", "cache-control": "max-age=3600" });
}

function repositoryAt({ host, params }: Visit): Repository | Reply {
  const { owner = "", repo = "" } = params;
  const found = findRepository(host.store.state, owner, repo.replace(/\.git$/, ""));
  if (found) return found;
  const renamed = findRenamed(host.store.state, owner, repo);
  return renamed ? redirect(`/${fullName(host.store.state, renamed)}`, 301) : missing();
}

async function repository(visit: Visit): Promise<Reply> {
  const found = repositoryAt(visit);
  return "status" in found ? found : html(200, await repositoryPage(visit.host, found));
}

async function commit(visit: Visit): Promise<Reply> {
  const found = repositoryAt(visit);
  if ("status" in found) return found;
  const page = await commitPage(visit.host, found, visit.params.sha ?? "");
  return page ? html(200, page) : missing();
}

function connection({ host, params }: Visit): Reply {
  const client = findClient(host.store.state, params.client ?? "");
  return client ? html(200, connectionPage(host, client)) : missing();
}

/** The person revokes an authorization by hand, as in GitHub's settings. */
async function disconnect({ host, admin, exchange, params }: Visit): Promise<Reply> {
  const form = new URLSearchParams((await exchange.body()).toString("utf8"));
  const user = requireUser(host.store.state, form.get("login") ?? "");
  await admin.revokeGrant(user.login, params.client ?? "");
  return redirect(exchange.path, 303);
}
