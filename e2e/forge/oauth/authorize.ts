import type { Host } from "@/e2e/forge/host";
import type { Exchange } from "@/e2e/forge/http/exchange";
import { html, type Reply, redirect } from "@/e2e/forge/http/reply";
import { escapeHtml } from "@/e2e/forge/pages/escape";
import { layout } from "@/e2e/forge/pages/layout";
import { findAccount } from "@/e2e/forge/state/find";
import type { Account } from "@/e2e/forge/state/model";
import { issueCode } from "./codes";
import { consentPage } from "./consent-page";
import { isGranted, rememberGrant } from "./grants";
import { type AuthorizationRequest, deniedRedirect, readAuthorizationRequest, withQuery } from "./request";
import { normalizeScopes } from "./scopes";

/**
 * GET: the consent page; or straight back, as GitHub does, when the person who last signed in here has
 * already consented to all of this and the client does not ask to choose an account.
 */
export function showAuthorize(host: Host, exchange: Exchange): Reply {
  const read = readAuthorizationRequest(host, exchange.query);
  if (!read.ok) return "page" in read ? problem(read.page) : redirect(read.location);
  const { request } = read;
  const users = host.store.state.accounts.filter((one) => one.kind === "User" && !one.suspended);
  const signedIn = users.find((one) => one.login === readCookie(exchange, cookieName(host)));
  if (signedIn && !request.selectAccount && isGranted(host, request.client, signedIn.id, request.scopes)) {
    return approve(host, request, signedIn, request.scopes);
  }
  const hinted = users.find((one) => one.login.toLowerCase() === request.loginHint?.toLowerCase());
  const chosen = hinted ?? signedIn ?? users[0];
  return html(200, consentPage(request, exchange.query.toString(), users, chosen?.login ?? ""));
}

/** POST: the person's decision. They may grant less than was asked. */
export async function decideAuthorize(host: Host, exchange: Exchange): Promise<Reply> {
  const form = new URLSearchParams((await exchange.body()).toString("utf8"));
  const read = readAuthorizationRequest(host, new URLSearchParams(form.get("request") ?? ""));
  if (!read.ok) return "page" in read ? problem(read.page) : redirect(read.location);
  const { request } = read;
  if (form.get("decision") !== "authorize")
    return redirect(deniedRedirect(request.redirectUri, request.state));
  const user = findAccount(host.store.state, form.get("account") ?? "");
  if (user?.kind !== "User") return problem("Choose an account.");
  if (user.suspended) return problem(`The account ${user.login} is suspended.`);
  const left = form.getAll("scope").filter((scope) => request.scopes.includes(scope));
  const reply = approve(host, request, user, normalizeScopes(left));
  const cookie = `${cookieName(host)}=${encodeURIComponent(user.login)}; Path=/; HttpOnly; SameSite=Lax`;
  return { ...reply, headers: { ...reply.headers, "set-cookie": cookie } };
}

function approve(host: Host, request: AuthorizationRequest, user: Account, scopes: string[]): Reply {
  rememberGrant(host, request.client, user.id, scopes);
  const code = issueCode(host, request, user.id, scopes);
  const state: Record<string, string> = request.state === null ? {} : { state: request.state };
  return redirect(withQuery(request.redirectUri, { code, ...state }));
}

/** Cookies are shared by all ports of an address, so the port is in the name. */
function cookieName(host: Host): string {
  return `forge_user_${new URL(host.urls.web).port}`;
}

function readCookie(exchange: Exchange, name: string): string | null {
  for (const pair of (exchange.header("cookie") ?? "").split(";")) {
    const [key = "", value = ""] = pair.trim().split("=");
    if (key === name) return decodeURIComponent(value);
  }
  return null;
}

function problem(sentence: string): Reply {
  const title = "This request cannot be answered";
  return html(404, layout(`${title} – Forge`, `<h1>${title}</h1><p>${escapeHtml(sentence)}</p>`, 560));
}
