import { readRefs } from "@/e2e/forge/git/refs";
import { gitText } from "@/e2e/forge/git/run";
import { directoryOf } from "@/e2e/forge/git/storage";
import { json, type Reply } from "@/e2e/forge/http/reply";
import { nodeId } from "@/e2e/forge/present/node-id";
import type { Repository } from "@/e2e/forge/state/model";
import { api, encodePath, requireCommits } from "./branches";
import { type Call, param } from "./call";
import { notFound } from "./errors";
import { repositoryOf } from "./repository-access";

export async function getRef(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  await requireCommits(call, repository);
  const ref = `refs/${param(call, "ref")}`;
  const kinds = ["refs/heads", "refs/tags", "refs/pull"];
  const sha = (await readRefs(call.host, repository, kinds)).get(ref);
  if (!sha) throw notFound();
  return json(200, await refView(call, repository, ref, sha));
}

/** Every ref that begins with the name, which need not end at a slash. */
export async function listMatchingRefs(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  await requireCommits(call, repository);
  const prefix = `refs/${param(call, "ref")}`;
  const refs = [...(await readRefs(call.host, repository))].filter(([ref]) => ref.startsWith(prefix));
  return json(200, await Promise.all(refs.map(([ref, sha]) => refView(call, repository, ref, sha))));
}

async function refView(call: Call, repository: Repository, ref: string, sha: string) {
  const isTag = ref.startsWith("refs/tags/");
  const type = isTag
    ? (await gitText(directoryOf(call.host, repository), ["cat-file", "-t", sha])).trim()
    : "commit";
  return {
    ref,
    node_id: nodeId("Ref", `${repository.id}:${ref}`),
    url: `${api(call, repository)}/git/${encodePath(ref)}`,
    object: { sha, type, url: `${api(call, repository)}/git/${type}s/${sha}` },
  };
}
