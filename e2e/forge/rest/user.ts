import { json, type Reply } from "@/e2e/forge/http/reply";
import { privateUser, simpleOrganization, simpleUser } from "@/e2e/forge/present/account";
import { accountById, findAccount } from "@/e2e/forge/state/find";
import { type Call, param, requireUser } from "./call";
import { notFound, RestError } from "./errors";
import { paginate } from "./pages";

export function getUser(call: Call): Reply {
  const user = requireUser(call);
  const own = call.host.store.state.repositories.filter((one) => one.ownerId === user.id);
  const privateRepositories = own.filter((one) => one.private).length;
  const counts = { privateRepositories, publicRepositories: own.length - privateRepositories };
  return json(200, privateUser(call.host.urls, user, counts));
}

export function listEmails(call: Call): Reply {
  const user = requireUser(call);
  if (!call.viewer.scopes.has("user:email") && call.viewer.client?.type !== "github_app") throw notFound();
  return json(200, [{ email: user.email, primary: true, verified: true, visibility: "private" }]);
}

/** "Requests with insufficient scope receive a 403 Forbidden response" (docs: list organizations). */
export function listOrganizations(call: Call): Reply {
  const user = requireUser(call);
  const { viewer, host } = call;
  const mayList = viewer.scopes.has("read:org") || viewer.scopes.has("user");
  if (!mayList && viewer.client?.type !== "github_app") {
    throw new RestError(403, "You need at least read:org scope or user scope to list your organizations.");
  }
  const organizations = host.store.state.memberships
    .filter((one) => one.userId === user.id)
    .map((one) => accountById(host.store.state, one.organizationId))
    .sort((a, b) => a.id - b.id);
  const page = paginate(call, organizations);
  return json(
    200,
    page.items.map((one) => simpleOrganization(host.urls, one)),
    page.headers,
  );
}

export function getAccount(call: Call): Reply {
  const account = findAccount(call.host.store.state, param(call, "login"));
  if (!account) throw notFound();
  const { state } = call.host.store;
  const publicRepositories = state.repositories.filter(
    (one) => one.ownerId === account.id && !one.private,
  ).length;
  return json(200, {
    ...simpleUser(call.host.urls, account),
    name: account.name,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: publicRepositories,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
    user_view_type: "public",
  });
}
