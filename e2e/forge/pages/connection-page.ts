import type { Host } from "@/e2e/forge/host";
import { isActive } from "@/e2e/forge/oauth/tokens";
import { accountById } from "@/e2e/forge/state/find";
import type { Client } from "@/e2e/forge/state/model";
import { escapeHtml } from "./escape";
import { layout } from "./layout";

/** Who has authorized an application, with a button to take it back. */
export function connectionPage(host: Host, client: Client): string {
  const grants = host.store.state.grants.filter((one) => one.clientId === client.clientId);
  const rows = grants.map((grant) => {
    const { login } = accountById(host.store.state, grant.userId);
    const tokens = host.store.state.tokens.filter(
      (one) => one.userId === grant.userId && one.clientId === client.clientId && isActive(one),
    );
    return `<form class="card" method="post"><h2 style="margin-top:0">${escapeHtml(login)}</h2>
<p>${grant.scopes.map((scope) => `<code>${escapeHtml(scope)}</code>`).join(" ") || "No scopes"} · ${tokens.length} active ${tokens.length === 1 ? "token" : "tokens"}</p>
<input type="hidden" name="login" value="${escapeHtml(login)}"><div class="actions"><button type="submit">Revoke access of ${escapeHtml(login)}</button></div></form>`;
  });
  return layout(
    `${client.name} – Forge`,
    `<h1>${escapeHtml(client.name)}</h1><p class="quiet">${client.type === "github_app" ? "GitHub App" : "OAuth App"} <code>${escapeHtml(client.clientId)}</code></p>
${rows.join("") || "<p>Nobody has authorized it.</p>"}`,
  );
}
