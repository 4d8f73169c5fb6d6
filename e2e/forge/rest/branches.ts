import { readCommit } from "@/e2e/forge/git/commits";
import { readBranch, readBranches } from "@/e2e/forge/git/refs";
import { json, type Reply } from "@/e2e/forge/http/reply";
import { commitView } from "@/e2e/forge/present/commit";
import { fullName } from "@/e2e/forge/state/find";
import type { Repository } from "@/e2e/forge/state/model";
import { type Call, param } from "./call";
import { RestError } from "./errors";
import { paginate } from "./pages";
import { repositoryOf } from "./repository-access";

export async function listBranches(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const all = await readBranches(call.host, repository);
  const page = paginate(call, call.query.get("protected") === "true" ? [] : all);
  const view = (branch: { name: string; sha: string }) => ({
    name: branch.name,
    commit: { sha: branch.sha, url: `${api(call, repository)}/commits/${branch.sha}` },
    protected: false,
  });
  return json(200, page.items.map(view), page.headers);
}

export async function getBranch(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const name = param(call, "branch");
  const sha = await readBranch(call.host, repository, name);
  const commit = sha && (await readCommit(call.host, repository, sha));
  if (!commit) throw new RestError(404, "Branch not found");
  const self = `${api(call, repository)}/branches/${encodePath(name)}`;
  return json(200, {
    name,
    commit: commitView(call.host, repository, commit),
    _links: {
      self,
      html: `${call.host.urls.web}/${fullName(call.host.store.state, repository)}/tree/${encodePath(name)}`,
    },
    protected: false,
    protection: {
      enabled: false,
      required_status_checks: { enforcement_level: "off", contexts: [], checks: [] },
    },
    protection_url: `${self}/protection`,
  });
}

export function api(call: Call, repository: Repository): string {
  return `${call.host.urls.api}/repos/${fullName(call.host.store.state, repository)}`;
}

export function encodePath(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}

export async function requireCommits(call: Call, repository: Repository): Promise<void> {
  const branches = await readBranches(call.host, repository);
  if (branches.length === 0) throw new RestError(409, "Git Repository is empty.");
}
