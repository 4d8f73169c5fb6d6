import type { Host } from "@/e2e/forge/host";
import { accountById } from "@/e2e/forge/state/find";
import type { Client, Installation } from "@/e2e/forge/state/model";
import { simpleUser } from "./account";

/** GitHub's "installation", in REST answers and in events. */
export function presentInstallation(host: Host, client: Client, installation: Installation) {
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
