import type { Host } from "@/e2e/forge/host";
import { simpleUser } from "@/e2e/forge/present/account";
import { presentInstallation } from "@/e2e/forge/present/installation";
import { accountById } from "@/e2e/forge/state/find";
import type { Client, Installation } from "@/e2e/forge/state/model";
import { parcelForClient } from "./parcels";

type Action = "created" | "deleted" | "suspend" | "unsuspend";

/** A GitHub App hears of its installations at its own webhook (`installation`), whoever changed them. */
export function announceInstallation(
  host: Host,
  client: Client,
  installation: Installation,
  action: Action,
): void {
  const payload = {
    action,
    installation: presentInstallation(host, client, installation),
    ...(action === "created" || action === "deleted" ? { repositories: [] } : {}),
    sender: simpleUser(host.urls, accountById(host.store.state, installation.accountId)),
  };
  const parcel = parcelForClient(client, "installation", action, payload);
  if (parcel) host.deliveries.send(parcel);
}
