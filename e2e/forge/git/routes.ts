import type { Host } from "@/e2e/forge/host";
import { presentedCredentials } from "@/e2e/forge/http/credentials";
import type { Exchange } from "@/e2e/forge/http/exchange";
import { type Reply, redirect, text } from "@/e2e/forge/http/reply";
import { wholeReply } from "@/e2e/forge/http/send";
import { NOBODY, viewerOfBasic, viewerOfToken } from "@/e2e/forge/http/viewer";
import { canDo, canSee, type Viewer } from "@/e2e/forge/state/access";
import { findRenamed, findRepository, fullName } from "@/e2e/forge/state/find";
import type { Account, Repository } from "@/e2e/forge/state/model";
import { runBackend } from "./backend";
import { recordPush } from "./push";

const PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

export function isGitPath(path: string): boolean {
  return PATH.test(path);
}

interface GitCall {
  owner: string;
  name: string;
  service: string;
  isPush: boolean;
}

/** Smart HTTP as github.com speaks it: challenges, a 404 for what one may not see, old names redirected. */
export async function answerGit(host: Host, exchange: Exchange): Promise<Reply> {
  const call = readCall(exchange);
  if (!call) return text(403, "Please upgrade your git client.\n");
  const viewer = whoCalls(host, exchange);
  if (!viewer) return challenge("Invalid username or token.\n");
  if (viewer.user?.suspended) return text(403, "Your account is suspended.\n");

  const repository = findRepository(host.store.state, call.owner, call.name);
  const renamed = repository ? undefined : findRenamed(host.store.state, call.owner, call.name);
  const visible = repository ?? renamed;
  if (!visible || !canSee(host.store.state, visible, viewer)) {
    return viewer.user ? text(404, "Repository not found.\n") : challenge("Repository not found.\n");
  }
  if (!repository) return redirectTo(host, visible, call, exchange);
  return call.isPush
    ? push(host, repository, viewer, call, exchange)
    : fetch(host, repository, viewer, call, exchange);
}

function readCall(exchange: Exchange): GitCall | null {
  const found = PATH.exec(exchange.path);
  if (!found) return null;
  const [, owner = "", name = "", service = ""] = found;
  const asked = service === "info/refs" ? exchange.query.get("service") : service;
  if (asked !== "git-upload-pack" && asked !== "git-receive-pack") return null;
  return { owner: decode(owner), name: decode(name), service, isPush: asked === "git-receive-pack" };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function whoCalls(host: Host, exchange: Exchange): Viewer | null {
  const presented = presentedCredentials(exchange);
  if (presented.kind === "none") return NOBODY;
  if (presented.kind === "basic") return viewerOfBasic(host, presented);
  if (presented.kind === "bearer") return viewerOfToken(host, presented.token);
  return null;
}

function challenge(message: string): Reply {
  return text(401, message, { "www-authenticate": 'Basic realm="GitHub"' });
}

function redirectTo(host: Host, repository: Repository, call: GitCall, exchange: Exchange): Reply {
  const query = exchange.query.size > 0 ? `?${exchange.query}` : "";
  return redirect(
    `${host.urls.web}/${fullName(host.store.state, repository)}.git/${call.service}${query}`,
    301,
  );
}

function fetch(host: Host, repository: Repository, viewer: Viewer, call: GitCall, exchange: Exchange) {
  return runBackend(host, repository, exchange, call.service, viewer.user?.login ?? "anonymous");
}

async function push(
  host: Host,
  repository: Repository,
  viewer: Viewer,
  call: GitCall,
  exchange: Exchange,
): Promise<Reply> {
  const { user } = viewer;
  if (!user) return challenge("Authentication is needed to push.\n");
  const refusal = refusePush(host, repository, viewer, user);
  if (refusal) return refusal;
  if (call.service === "info/refs") return runBackend(host, repository, exchange, call.service, user.login);
  return recordPush(host, repository, user, async () =>
    wholeReply(await runBackend(host, repository, exchange, call.service, user.login)),
  );
}

function refusePush(host: Host, repository: Repository, viewer: Viewer, user: Account): Reply | null {
  const { state } = host.store;
  const name = fullName(state, repository);
  const scopes = repository.private ? ["repo"] : ["repo", "public_repo"];
  if (!canDo(state, repository, viewer, "write", scopes)) {
    return text(403, `Permission to ${name}.git denied to ${user.login}.\n`);
  }
  if (repository.archived) return text(403, "This repository was archived so it is read-only.\n");
  return null;
}
