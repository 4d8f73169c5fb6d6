import { workerActor } from "@/lib/access";
import { type Use, withCredential } from "@/lib/credentials";
import { type ClaimedDeployment, refName } from "@/lib/deployments";
import { EgressError, resolveAllowed } from "@/lib/egress";
import {
  allowFor,
  type Grant,
  ProviderUnavailable,
  RepositoryGone,
  sourceProvider,
  unansweredCause,
} from "@/lib/providers";
import type { HeadNow } from "@/lib/pushes";
import { refreshRepository } from "@/lib/sources";
import { failure } from "@/worker/failure";
import { RepositoryMoved } from "@/worker/fetch";
import { sendsBearer } from "@/worker/git";
import type { Machine } from "@/worker/machine";
import { bringCommit, hasCommit } from "@/worker/mirror";
import { parseCloneUrl, pinOf, portOf, type Remote } from "@/worker/remote";

/** What the provider said of the branch while the commit was fetched; null where it was not asked. */
export type HeadAtStart = HeadNow | null;

/** Deployments that mean "the head of the branch" rather than one commit that somebody chose. */
const FOLLOWING = new Set(["push", "initial", "manual", "catch_up"]);

/**
 * Brings the deployment's commit into the mirror and reads the branch's head meanwhile, with the integration's credential at
 * the moment of use. A repository that moved is followed by its id, once.
 */
export async function bringSource(
  machine: Machine,
  job: ClaimedDeployment,
  mirror: string,
  signal: AbortSignal,
): Promise<HeadAtStart> {
  const { problem } = machine.git;
  if (problem) throw failure("git_missing", { detail: problem });
  const use = credentialUse(machine, job);
  const bring = (cloneUrl: string, isFirst: boolean) =>
    withCredential({ ...use, record: isFirst }, (grant) => {
      const followed = { ...job, cloneUrl };
      return readAndFetch(machine, followed, mirror, grant, signal);
    });
  try {
    return await bring(job.cloneUrl, true);
  } catch (error) {
    if (!(error instanceof RepositoryMoved || error instanceof RepositoryGone)) throw error;
    const { cloneUrl } = await refreshRepository(job.repositoryId);
    if (cloneUrl === job.cloneUrl) throw new RepositoryGone("The repository is not where it says it is.");
    return bring(cloneUrl, false);
  }
}

function credentialUse(machine: Machine, job: ClaimedDeployment): Use {
  if (job.integrationId === null) throw failure("app_disconnected", { repository: job.repositoryName });
  return {
    projectId: job.projectId,
    integrationId: job.integrationId,
    purpose: "checkout",
    actor: workerActor(machine.name),
    appId: job.appId,
    deployment: { id: job.id, number: job.number },
    repository: { id: job.repositoryId, externalId: job.repositoryExternalId },
    record: true,
  };
}

/** Both at once: neither needs the other's answer, and most of the time both agree. */
async function readAndFetch(
  machine: Machine,
  job: ClaimedDeployment,
  mirror: string,
  grant: Grant,
  signal: AbortSignal,
): Promise<HeadAtStart> {
  const fetching = new AbortController();
  const fetched = fetchCommit(machine, job, mirror, grant, AbortSignal.any([signal, fetching.signal]));
  // Looked at below; until then its failure is nobody's surprise.
  fetched.catch(() => undefined);
  try {
    const head = await readHead(job, grant);
    if (head === null || head.commit === job.commit) await fetched;
    return head;
  } finally {
    fetching.abort();
    await fetched.catch(() => undefined);
  }
}

async function readHead(job: ClaimedDeployment, grant: Grant): Promise<HeadAtStart> {
  const { source } = sourceProvider(grant.instance.provider);
  const { repositoryExternalId: id } = job;
  if (!FOLLOWING.has(job.trigger)) {
    // The commit may be in the mirror already. Whether this account may still have it, only the provider can say.
    await source.getRepository(grant, id);
    return null;
  }
  const reading = await source.readHead(grant, id, refName(job.ref), null);
  const commit = reading.kind === "head" ? reading.commit : job.commit;
  if (commit === null || commit === job.commit) return { commit, message: "", author: "" };
  // The new head becomes a push of its own, which people will want to recognize.
  const { message, author } = await source.getCommit(grant, id, commit);
  return { commit, message, author };
}

async function fetchCommit(
  machine: Machine,
  job: ClaimedDeployment,
  mirror: string,
  grant: Grant,
  signal: AbortSignal,
): Promise<void> {
  if (hasCommit(mirror, job.commit)) return;
  const remote = await remoteOf(job, grant);
  if (remote.token && remote.user === "" && !sendsBearer(machine.git.version)) {
    throw failure("git_missing", { detail: BEARER_NEEDED });
  }
  await bringCommit(mirror, { commit: job.commit, ref: job.ref }, remote, machine.mirrorTools, signal);
}

const BEARER_NEEDED =
  "Sending a token that has no user name takes git 2.46 or newer on the worker's machine: install it, or connect with the token of an account.";

async function remoteOf(job: ClaimedDeployment, grant: Grant): Promise<Remote> {
  const { origin, provider, pathPrefix, caCertificate } = grant.instance;
  const url = parseCloneUrl(job.cloneUrl, origin, pathPrefix);
  if (!url) throw new RepositoryGone("The repository's address is not the provider's.");
  const { address, family } = await resolve(url, grant);
  const isLiteral = /^[\d.]+$|^\[/.test(url.hostname);
  return {
    url: url.href,
    user: sourceProvider(provider).source.gitUser(grant),
    token: grant.token,
    pin: isLiteral ? null : pinOf(url, address, family),
    ca: caCertificate ?? null,
  };
}

/** The address that git is to connect to: our rules of where may be connected to hold for it as for every call. */
async function resolve(url: URL, { instance }: Grant) {
  try {
    return await resolveAllowed(url.hostname, portOf(url), allowFor(instance));
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    throw new ProviderUnavailable("The Git host cannot be connected to.", unansweredCause(error));
  }
}
