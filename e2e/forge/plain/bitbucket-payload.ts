import type { ChangedCommit } from "@/e2e/forge/git/commits";
import type { RefChange } from "@/e2e/forge/git/push";
import { ZERO } from "@/e2e/forge/git/refs";
import type { Host } from "@/e2e/forge/host";
import { timestamp } from "@/e2e/forge/state/clock";
import { fullName } from "@/e2e/forge/state/find";
import type { Account, Repository } from "@/e2e/forge/state/model";
import { clonePath } from "./kinds";

/** `repo:refs_changed`: every ref that one push moved, in one call [Atlassian, "Event payload"]. */
export function bitbucketPush(
  host: Host,
  repository: Repository,
  pusher: Account,
  changes: readonly RefChange[],
  commits: readonly ChangedCommit[],
) {
  const path = fullName(host.store.state, repository);
  const web = host.urls.plain.bitbucket;
  const listed = [...commits]
    .reverse()
    .slice(0, 5)
    .map((one) => ({
      id: one.sha,
      displayId: one.sha.slice(0, 11),
      author: { name: one.author.name, emailAddress: one.author.email },
      message: one.message,
    }));
  return {
    eventKey: "repo:refs_changed",
    date: timestamp(),
    actor: { name: pusher.login, displayName: pusher.name, id: pusher.id, type: "NORMAL" },
    repository: {
      slug: repository.name,
      id: repository.id,
      name: repository.name,
      scmId: "git",
      project: { key: path.split("/")[0]?.toUpperCase(), id: repository.ownerId, type: "NORMAL" },
      links: { clone: [{ href: `${web}${clonePath("bitbucket", path)}`, name: "http" }] },
    },
    changes: changes.map(({ ref, before, after }) => ({
      ref: {
        id: ref,
        displayId: ref.replace(/^refs\/(heads|tags)\//, ""),
        type: ref.startsWith("refs/tags/") ? "TAG" : "BRANCH",
      },
      refId: ref,
      fromHash: before,
      toHash: after,
      type: before === ZERO ? "ADD" : after === ZERO ? "DELETE" : "UPDATE",
    })),
    commits: listed,
    ...(listed[0] ? { toCommit: listed[0] } : {}),
  };
}
