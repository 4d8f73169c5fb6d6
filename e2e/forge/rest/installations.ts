import { json, type Reply } from "@/e2e/forge/http/reply";
import { presentInstallation } from "@/e2e/forge/present/installation";
import { repositoryView } from "@/e2e/forge/present/repository";
import { canSee } from "@/e2e/forge/state/access";
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

const installationView = (call: Call, client: Client, installation: Installation) =>
  presentInstallation(call.host, client, installation);
