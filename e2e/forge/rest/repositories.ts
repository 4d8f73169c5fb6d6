import { json, type Reply } from "@/e2e/forge/http/reply";
import { fullRepositoryView, repositoryView } from "@/e2e/forge/present/repository";
import { canSee, personalPermission } from "@/e2e/forge/state/access";
import { findAccount, fullName } from "@/e2e/forge/state/find";
import type { Account, Repository, State } from "@/e2e/forge/state/model";
import { type Call, param, requireUser } from "./call";
import { notFound, validationFailed } from "./errors";
import { paginate } from "./pages";
import { repositoryOf } from "./repository-access";

export function getRepository(call: Call): Reply {
  const repository = repositoryOf(call);
  return json(
    200,
    fullRepositoryView(call.host.urls, call.host.store.state, repository, permissionOf(call, repository)),
  );
}

/** "Repositories that the authenticated user has explicit permission to access". */
export function listUserRepositories(call: Call): Reply {
  const user = requireUser(call);
  const { state } = call.host.store;
  const affiliations = readAffiliations(call);
  const keep = visibilityFilter(call);
  const found = state.repositories.filter(
    (one) =>
      keep(one) && affiliations.has(affiliationOf(state, user, one) ?? "") && canSee(state, one, call.viewer),
  );
  return listReply(call, sortRepositories(call, state, found, "full_name"));
}

export function listOrganizationRepositories(call: Call): Reply {
  const { state } = call.host.store;
  const organization = findAccount(state, param(call, "org"));
  if (organization?.kind !== "Organization") throw notFound();
  const type = call.query.get("type") ?? "all";
  const found = state.repositories.filter(
    (one) => one.ownerId === organization.id && canSee(state, one, call.viewer) && isOfType(one, type),
  );
  return listReply(call, sortRepositories(call, state, found, "created"));
}

export function permissionOf(call: Call, repository: Repository) {
  return personalPermission(call.host.store.state, repository, call.viewer.user);
}

function listReply(call: Call, repositories: Repository[]): Reply {
  const { host } = call;
  const page = paginate(call, repositories);
  const view = (one: Repository) => repositoryView(host.urls, host.store.state, one, permissionOf(call, one));
  return json(200, page.items.map(view), page.headers);
}

function readAffiliations(call: Call): Set<string> {
  const type = call.query.get("type");
  if (type && (call.query.has("affiliation") || call.query.has("visibility"))) {
    throw validationFailed({
      resource: "Repository",
      code: "custom",
      message: "If you specify visibility or affiliation, you cannot specify type.",
    });
  }
  const byType: Record<string, string> = { owner: "owner", member: "collaborator,organization_member" };
  const value =
    byType[type ?? ""] ?? call.query.get("affiliation") ?? "owner,collaborator,organization_member";
  return new Set(value.split(",").map((one) => one.trim()));
}

function affiliationOf(state: State, user: Account, repository: Repository): string | null {
  if (repository.ownerId === user.id) return "owner";
  if (repository.collaborators.some((one) => one.userId === user.id)) return "collaborator";
  const isMember = state.memberships.some(
    (one) => one.organizationId === repository.ownerId && one.userId === user.id,
  );
  return isMember ? "organization_member" : null;
}

function visibilityFilter(call: Call): (repository: Repository) => boolean {
  const wanted = call.query.get("visibility") ?? call.query.get("type");
  if (wanted === "public") return (one) => !one.private;
  if (wanted === "private") return (one) => one.private;
  return () => true;
}

function isOfType(repository: Repository, type: string): boolean {
  if (type === "public") return !repository.private;
  if (type === "private") return repository.private;
  if (type === "forks") return repository.fork;
  if (type === "sources") return !repository.fork;
  return true;
}

/** By name upwards unless asked otherwise; by a time, newest first. */
function sortRepositories(
  call: Call,
  state: State,
  repositories: Repository[],
  fallback: string,
): Repository[] {
  const sort = call.query.get("sort") ?? fallback;
  const direction = call.query.get("direction") ?? (sort === "full_name" ? "asc" : "desc");
  const key = (one: Repository) => {
    if (sort === "pushed") return one.pushedAt;
    if (sort === "updated") return one.updatedAt;
    if (sort === "created") return one.createdAt;
    return fullName(state, one).toLowerCase();
  };
  const sorted = [...repositories].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.id - b.id));
  return direction === "desc" ? sorted.reverse() : sorted;
}
