import { canDo, canSee, isInstalled } from "@/e2e/forge/state/access";
import { findRenamed, findRepository, repositoryById } from "@/e2e/forge/state/find";
import type { Permission, Repository } from "@/e2e/forge/state/model";
import { type Call, param, requireUser } from "./call";
import { notForIntegration, notFound, RestError } from "./errors";

/** The repository in the path, if the caller may see it; 301 for an old name, 404 for what one may not see. */
export function repositoryOf(call: Call, scopes: string[] = ["repo"]): Repository {
  const { state } = call.host.store;
  const found = findRepository(state, param(call, "owner"), param(call, "repo"));
  const renamed = found ? undefined : findRenamed(state, param(call, "owner"), param(call, "repo"));
  const repository = found ?? renamed;
  if (!repository || !canSee(state, repository, call.viewer, scopes)) throw notFound();
  if (renamed) throw moved(call, renamed);
  return repository;
}

/** The same for a change: the right itself, and a token that carries it; GitHub hides the difference behind 404. */
export function repositoryFor(
  call: Call,
  needed: Permission,
  scopes: string[],
  appPermission: string,
): Repository {
  requireUser(call);
  const repository = repositoryOf(call, scopes);
  const { client } = call.viewer;
  if (client?.type === "github_app") {
    const isWrite = call.exchange.method !== "GET";
    const granted = client.permissions[appPermission];
    const enough = isWrite ? granted === "write" || granted === "admin" : granted !== undefined;
    if (!enough || !isInstalled(client, repository)) throw notForIntegration();
  }
  if (!canDo(call.host.store.state, repository, call.viewer, needed, scopes)) throw notFound();
  if (repository.archived && call.exchange.method !== "GET" && call.exchange.method !== "DELETE") {
    throw new RestError(403, "Repository was archived so is read-only.");
  }
  return repository;
}

/** `/repositories/{id}/…` is the same as `/repos/{owner}/{name}/…`. */
export function withoutNumericName(call: Pick<Call, "host" | "path">): string {
  const found = /^\/repositories\/(\d+)(\/.*)?$/.exec(call.path);
  if (!found) return call.path;
  const { state } = call.host.store;
  const repository = repositoryById(state, Number(found[1]));
  const owner = repository && state.accounts.find((one) => one.id === repository.ownerId);
  if (!repository || !owner) throw notFound();
  return `/repos/${owner.login}/${repository.name}${found[2] ?? ""}`;
}

function moved(call: Call, repository: Repository): RestError {
  const rest = call.path.split("/").slice(4).join("/");
  const query = call.query.size > 0 ? `?${call.query}` : "";
  const location = `${call.host.urls.api}/repositories/${repository.id}${rest ? `/${rest}` : ""}${query}`;
  const isRead = call.exchange.method === "GET" || call.exchange.method === "HEAD";
  return new MovedError(isRead ? 301 : 307, location);
}

export class MovedError extends RestError {
  constructor(status: number, location: string) {
    super(status, status === 301 ? "Moved Permanently" : "Temporary Redirect", undefined, { location });
    this.location = location;
  }

  readonly location: string;

  override toReply() {
    const body = JSON.stringify({
      message: this.message,
      url: this.location,
      documentation_url:
        "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects",
    });
    return {
      status: this.status,
      headers: { "content-type": "application/json; charset=utf-8", ...this.headers },
      body,
    };
  }
}
