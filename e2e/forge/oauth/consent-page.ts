import { escapeHtml } from "@/e2e/forge/pages/escape";
import { layout, MARK } from "@/e2e/forge/pages/layout";
import type { Account } from "@/e2e/forge/state/model";
import type { AuthorizationRequest } from "./request";
import { SCOPE_MEANINGS } from "./scopes";

/** The page on which a person decides. No password is asked: this is a sandbox. */
export function consentPage(
  request: AuthorizationRequest,
  query: string,
  users: Account[],
  chosen: string,
): string {
  const name = escapeHtml(request.client.name);
  return layout(
    `Authorize ${request.client.name} – Forge`,
    `<div class="parties" aria-hidden="true"><span>${escapeHtml(request.client.name.slice(0, 1))}</span><i></i><span>${MARK}</span></div>
<h1>Authorize ${name}</h1>
<p class="quiet"><b>Forge – sandbox Git host.</b> ${name} wants to act for an account of yours here. No password is needed.</p>
<form class="card" method="post" action="/login/oauth/authorize">
<input type="hidden" name="request" value="${escapeHtml(query)}">
<fieldset><legend>Account</legend>${users.map((user) => accountRow(user, chosen)).join("")}</fieldset>
${request.client.type === "github_app" ? permissionRows(request.client.permissions) : scopeRows(request.scopes)}
<p class="quiet">Authorizing returns you to <code>${escapeHtml(new URL(request.redirectUri).origin)}</code></p>
<div class="actions"><button type="submit" name="decision" value="cancel">Cancel</button>
<button class="primary" type="submit" name="decision" value="authorize">Authorize</button></div>
</form>`,
    560,
  );
}

function accountRow(user: Account, chosen: string): string {
  const id = `account-${escapeHtml(user.login)}`;
  const checked = user.login === chosen ? " checked" : "";
  return `<div class="row"><input type="radio" id="${id}" name="account" value="${escapeHtml(user.login)}"${checked} required>
<img src="/avatars/u/${user.id}" alt="" width="24" height="24">
<label for="${id}"><b>${escapeHtml(user.login)}</b> <span class="quiet">${escapeHtml(user.name)}</span></label></div>`;
}

function scopeRows(scopes: string[]): string {
  if (scopes.length === 0) return "<p>It asks for public data only.</p>";
  const rows = scopes.map((scope) => {
    const id = `scope-${escapeHtml(scope)}`;
    return `<div class="row"><input type="checkbox" id="${id}" name="scope" value="${escapeHtml(scope)}" checked>
<label for="${id}"><code>${escapeHtml(scope)}</code><br><span class="quiet">${escapeHtml(SCOPE_MEANINGS[scope] ?? "")}</span></label></div>`;
  });
  return `<fieldset><legend>Access that it asks for</legend>${rows.join("")}</fieldset>`;
}

function permissionRows(permissions: Record<string, string>): string {
  const rows = Object.entries(permissions).map(
    ([name, level]) =>
      `<div class="row"><span><code>${escapeHtml(name)}</code> ${escapeHtml(level)}</span></div>`,
  );
  return `<fieldset><legend>Permissions of the app</legend>${rows.join("") || "<p>None.</p>"}</fieldset>`;
}
