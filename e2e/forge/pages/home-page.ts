import type { Delivery } from "@/e2e/forge/hooks/deliveries";
import type { Host } from "@/e2e/forge/host";
import { fullName } from "@/e2e/forge/state/find";
import type { Account, Client, Repository } from "@/e2e/forge/state/model";
import { escapeHtml } from "./escape";
import { layout } from "./layout";

/** What is on this host: accounts, connected applications, the last deliveries, every repository. */
export function homePage(host: Host): string {
  const { state } = host.store;
  const repositories = [...state.repositories].sort((a, b) => (a.pushedAt < b.pushedAt ? 1 : -1));
  const first = repositories[0];
  return layout(
    "Forge – sandbox Git host",
    `<h1>A Git host to try things on</h1>
<p class="quiet">It answers like GitHub and keeps everything on this machine. The password of an account is its name.</p>
${first ? `<pre>git clone ${escapeHtml(cloneWithPassword(host, first))}</pre>` : ""}
<h2>Accounts</h2>
<div class="scroll"><table><thead><tr><th>Name</th><th>Kind</th><th>Repositories</th></tr></thead><tbody>
${state.accounts.map((account) => accountRow(host, account)).join("")}</tbody></table></div>
<h2>Applications</h2>
${state.clients.length > 0 ? `<ul>${state.clients.map(clientRow).join("")}</ul>` : '<p class="quiet">None is registered.</p>'}
<h2>Last hook deliveries</h2>
${deliveryTable(host)}
<h2>${repositories.length} repositories</h2>
<div class="scroll"><table><thead><tr><th>Repository</th><th>Clone</th><th>Last push</th></tr></thead><tbody>
${repositories.map((one) => repositoryRow(host, one)).join("")}</tbody></table></div>`,
    960,
  );
}

export function cloneWithPassword(host: Host, repository: Repository): string {
  const owner = host.store.state.accounts.find((one) => one.id === repository.ownerId);
  const member = host.store.state.memberships.find((one) => one.organizationId === repository.ownerId);
  const user =
    owner?.kind === "User" ? owner : host.store.state.accounts.find((one) => one.id === member?.userId);
  const credentials = user?.password ? `${user.login}:${user.password}@` : "";
  return `${host.urls.web.replace("//", `//${credentials}`)}/${fullName(host.store.state, repository)}.git`;
}

function accountRow(host: Host, account: Account): string {
  const count = host.store.state.repositories.filter((one) => one.ownerId === account.id).length;
  const kind = `${account.kind}${account.suspended ? " (suspended)" : ""}`;
  return `<tr><td><b>${escapeHtml(account.login)}</b> <span class="quiet">${escapeHtml(account.name)}</span></td><td>${kind}</td><td>${count}</td></tr>`;
}

function clientRow(client: Client): string {
  const url = `/settings/connections/applications/${encodeURIComponent(client.clientId)}`;
  return `<li><a href="${url}">${escapeHtml(client.name)}</a> <span class="quiet">${client.type}</span></li>`;
}

function deliveryTable(host: Host): string {
  const last = host.deliveries.all().slice(-12).reverse();
  if (last.length === 0) return '<p class="quiet">Nothing was delivered yet.</p>';
  return `<div class="scroll"><table><thead><tr><th>When</th><th>Event</th><th>To</th><th>Answer</th></tr></thead><tbody>
${last.map(deliveryRow).join("")}</tbody></table></div>`;
}

function deliveryRow(delivery: Delivery): string {
  const good = delivery.statusCode >= 200 && delivery.statusCode < 300;
  const answer = delivery.statusCode ? `${delivery.statusCode} ${delivery.status}` : delivery.status;
  return `<tr><td>${delivery.deliveredAt}</td><td>${escapeHtml(delivery.event)}${delivery.redelivery ? " (again)" : ""}</td><td><code>${escapeHtml(new URL(delivery.url).host)}</code></td><td class="${good ? "ok" : "bad"}">${escapeHtml(answer)} in ${delivery.duration} s</td></tr>`;
}

function repositoryRow(host: Host, repository: Repository): string {
  const name = fullName(host.store.state, repository);
  const marks = [
    repository.private && "private",
    repository.archived && "archived",
    repository.fork && "fork",
  ];
  const mark = marks.filter(Boolean).join(", ");
  return `<tr><td><a href="/${escapeHtml(name)}">${escapeHtml(name)}</a> <span class="quiet">${mark}</span></td><td><code>${escapeHtml(host.urls.web)}/${escapeHtml(name)}.git</code></td><td>${repository.pushedAt}</td></tr>`;
}
