import { announceInstallation } from "@/e2e/forge/hooks/installations";
import type { Host } from "@/e2e/forge/host";
import { timestamp } from "@/e2e/forge/state/clock";
import { findClient, requireAccount, requireClient, requireRepository } from "@/e2e/forge/state/find";
import type { Client, Installation } from "@/e2e/forge/state/model";
import { randomHex, randomText } from "@/e2e/forge/state/random";
import type { ClientInfo, ForgeAdmin, NewClient } from "./admin";

type Clients = Pick<
  ForgeAdmin,
  | "registerClient"
  | "addClientSecret"
  | "removeClientSecret"
  | "setClientCallback"
  | "setClientWebhook"
  | "suspendClient"
  | "setClientPermissions"
  | "installApp"
  | "uninstallApp"
  | "suspendInstallation"
>;

const PERMISSIONS = {
  metadata: "read",
  contents: "read",
  repository_hooks: "write",
  statuses: "write",
  deployments: "write",
  pull_requests: "read",
};

export function clientsAdmin(host: Host): Clients {
  const { state, save } = host.store;
  return {
    registerClient: async (order) => register(host, order),
    async addClientSecret(clientId, secret = randomHex(20)) {
      requireClient(state, clientId).secrets.push(host.store.remember("client_secret", secret));
      save();
      return secret;
    },
    async removeClientSecret(clientId, secret) {
      const client = requireClient(state, clientId);
      if (!client.secrets.includes(secret)) throw new Error("The client has no such secret.");
      client.secrets = client.secrets.filter((one) => one !== secret);
      save();
    },
    async setClientCallback(clientId, callback) {
      requireClient(state, clientId).redirectUris = callbacks(callback);
      save();
    },
    async setClientWebhook(clientId, webhook) {
      requireClient(state, clientId).webhook = webhook;
      if (webhook) host.store.remember("hook_secret", webhook.secret);
      save();
    },
    async suspendClient(clientId, suspended = true) {
      requireClient(state, clientId).suspended = suspended;
      save();
    },
    async setClientPermissions(clientId, permissions) {
      requireClient(state, clientId).permissions = permissions ?? PERMISSIONS;
      save();
    },
    async installApp(clientId, account, repositories = "all") {
      const client = requireClient(state, clientId);
      const installation = install(host, account, repositories);
      client.installations = client.installations.filter((one) => one.accountId !== installation.accountId);
      client.installations.push(installation);
      save();
      announceInstallation(host, client, installation, "created");
      return installation.id;
    },
    async uninstallApp(clientId, account) {
      const client = requireClient(state, clientId);
      const { id } = requireAccount(state, account);
      const gone = client.installations.find((one) => one.accountId === id);
      client.installations = client.installations.filter((one) => one.accountId !== id);
      save();
      if (gone) announceInstallation(host, client, gone, "deleted");
    },
    async suspendInstallation(clientId, account, suspended = true) {
      const client = requireClient(state, clientId);
      const { id } = requireAccount(state, account);
      const installation = client.installations.find((one) => one.accountId === id);
      if (!installation) throw new Error(`The app is not installed on "${account}".`);
      installation.suspendedAt = suspended ? timestamp() : null;
      save();
      announceInstallation(host, client, installation, suspended ? "suspend" : "unsuspend");
    },
  };
}

/** Registers a client; one with the same id is brought up to date, so that a restart can repeat it. */
function register(host: Host, order: NewClient): ClientInfo {
  const { store } = host;
  const type = order.type ?? "oauth_app";
  const known = order.clientId === undefined ? undefined : findClient(store.state, order.clientId);
  const secret = store.remember("client_secret", order.clientSecret ?? randomHex(20));
  const client: Client = {
    appId: known?.appId ?? store.id(),
    clientId:
      order.clientId ?? (type === "github_app" ? `Iv23li${randomText(14)}` : `Ov23li${randomText(14)}`),
    secrets: [secret],
    type,
    name: order.name ?? "Skytells Console",
    redirectUris: callbacks(order.callback),
    permissions: type === "github_app" ? (order.permissions ?? PERMISSIONS) : {},
    installations: type === "github_app" ? installations(host, order) : [],
    webhook: order.webhook ?? null,
    suspended: false,
    createdAt: known?.createdAt ?? timestamp(),
  };
  if (client.webhook) store.remember("hook_secret", client.webhook.secret);
  store.state.clients = [...store.state.clients.filter((one) => one.clientId !== client.clientId), client];
  store.save();
  return {
    clientId: client.clientId,
    clientSecret: secret,
    type,
    name: client.name,
    redirectUris: client.redirectUris,
  };
}

function installations(host: Host, order: NewClient): Installation[] {
  if (!order.installedOn)
    return host.store.state.accounts.map((account) => install(host, account.login, "all"));
  return order.installedOn.map((one) => install(host, one.account, one.repositories ?? "all"));
}

function install(host: Host, login: string, repositories: string[] | "all"): Installation {
  const { state } = host.store;
  return {
    id: host.store.id(),
    accountId: requireAccount(state, login).id,
    repositories:
      repositories === "all" ? "all" : repositories.map((name) => requireRepository(state, name).id),
    suspendedAt: null,
  };
}

function callbacks(callback: string | string[]): string[] {
  const all = Array.isArray(callback) ? callback : [callback];
  const wrong = all.find((one) => typeof one !== "string" || !URL.canParse(one));
  if (all.length === 0 || wrong !== undefined) throw new Error(`"${wrong ?? ""}" is not a callback address.`);
  return all;
}
