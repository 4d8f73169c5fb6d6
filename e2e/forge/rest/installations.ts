import { json, type Reply } from "@/e2e/forge/http/reply";
import { simpleUser } from "@/e2e/forge/present/account";
import { repositoryView } from "@/e2e/forge/present/repository";
import { canSee } from "@/e2e/forge/state/access";
import { accountById } from "@/e2e/forge/state/find";
import type { Client, Installation } from "@/e2e/forge/state/model";
import { type Call, numberParam, requireUser } from "./call";
import { notFound, RestError } from "./errors";
import { paginate } from "./pages";
import { permissionOf } from "./repositories";

/** Where the GitHub App is installed, among the accounts that the person belongs to. */
export function listInstallations(call: Call): Reply {
  const { client, installations } = visibleInstallations(call);
  const page = paginate(call, installations);
  const items = page.items.map((one) => installationView(call, client, one));
  return json(200, { total_count: installations.length, installations: items }, page.headers);
}

export function listInstallationRepositories(call: Call): Reply {
  const { installations } = visibleInstallations(call);
  const installation = installations.find((one) => one.id === numberParam(call, "id"));
  if (!installation) throw notFound();
  const { state } = call.host.store;
  const found = state.repositories.filter(
    (one) =>
      one.ownerId === installation.accountId &&
      (installation.repositories === "all" || installation.repositories.includes(one.id)) &&
      permissionOf(call, one) !== null &&
      canSee(state, one, call.viewer),
  );
  const page = paginate(call, found);
  const repositories = page.items.map((one) =>
    repositoryView(call.host.urls, state, one, permissionOf(call, one)),
  );
  return json(200, { total_count: found.length, repositories }, page.headers);
}

function visibleInstallations(call: Call): { client: Client; installations: Installation[] } {
  const user = requireUser(call);
  const { client } = call.viewer;
  if (client?.type !== "github_app") {
    throw new RestError(
      403,
      "You must authenticate with an access token authorized to a GitHub App in order to list installations",
    );
  }
  const { memberships } = call.host.store.state;
  const installations = client.installations.filter(
    (one) =>
      one.accountId === user.id ||
      memberships.some((member) => member.userId === user.id && member.organizationId === one.accountId),
  );
  return { client, installations };
}

function installationView(call: Call, client: Client, installation: Installation) {
  const { host } = call;
  const account = accountById(host.store.state, installation.accountId);
  const url = `${host.urls.api}/app/installations/${installation.id}`;
  return {
    id: installation.id,
    account: simpleUser(host.urls, account),
    repository_selection: installation.repositories === "all" ? "all" : "selected",
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${host.urls.api}/installation/repositories`,
    html_url: `${host.urls.web}/settings/installations/${installation.id}`,
    app_id: client.appId,
    client_id: client.clientId,
    app_slug: client.name.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
    target_id: account.id,
    target_type: account.kind,
    permissions: client.permissions,
    events: ["push"],
    created_at: client.createdAt,
    updated_at: client.createdAt,
    single_file_name: null,
    suspended_by: null,
    suspended_at: installation.suspendedAt,
  };
}
