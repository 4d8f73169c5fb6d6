import { EgressError, readCertificate } from "@/lib/egress";
import { ProviderRejected } from "@/lib/providers/errors";
import { repositoryAddress } from "@/lib/providers/git/address";
import { HEADS, readDefaultBranch } from "@/lib/providers/git/repository";
import { isEndless } from "@/lib/providers/git/search-branches";
import { listRefs } from "@/lib/providers/git/smart-http/list-refs";
import { GitRefusal } from "@/lib/providers/git/smart-http/refusal";
import { type Failure, sentenceFor } from "@/lib/providers/git/trial-sentences";
import type { Grant, Trial } from "@/lib/providers/provider";

/** Reads the refs of one repository as a deployment would, and says in one sentence what is wrong where something is. */
export async function testGrant(grant: Grant, repository: string): Promise<Trial> {
  const { origin, pathPrefix = "" } = grant.instance;
  const isItself = repository === origin + pathPrefix;
  try {
    if (isItself && pathPrefix === "") return failed({ reason: "whole_host" }, grant, isItself);
    const url = await served(grant, repositoryAddress(grant.instance, repository));
    return (await read(grant, url)) ?? failed({ reason: "empty" }, grant, isItself);
  } catch (error) {
    const failure = await failureOf(grant, error);
    if (!failure) throw error;
    return failed(failure, grant, isItself);
  }
}

const failed = (failure: Failure, grant: Grant, isItself: boolean): Trial => ({
  outcome: "failed",
  ...sentenceFor(failure, grant, isItself),
});

/** The address with `.git` or without, whichever the host serves. */
async function served(grant: Grant, address: string): Promise<string> {
  let first: unknown;
  for (const url of [`${address}.git`, address]) {
    try {
      await listRefs(grant, url, { prefixes: ["HEAD"], onRef: () => true });
      return url;
    } catch (error) {
      const isElsewhere =
        error instanceof GitRefusal && /^(?:not_found|redirected|not_git)$/.test(error.reason);
      if (!isElsewhere) throw error;
      // The address as it was typed is the one to speak of.
      first = error;
    }
  }
  throw first;
}

/** Null where there is no branch. */
async function read(grant: Grant, url: string): Promise<Trial | null> {
  const { branches, isWhole } = await countBranches(grant, url);
  if (branches === 0) return null;
  const defaultBranch = await readDefaultBranch(grant, url);
  const counted = branches === 1 ? "one branch" : `${branches.toLocaleString("en")} branches`;
  const path = decodeURIComponent(new URL(url).pathname.slice(1)).replace(/\.git$/, "");
  const sentence = `${path} can be read: ${isWhole ? "" : "more than "}${counted}, the default is ${defaultBranch}.`;
  return { outcome: "works", branches, defaultBranch, sentence };
}

/** A listing that does not end within bounds has shown all the same that the repository can be read. */
async function countBranches(grant: Grant, url: string): Promise<{ branches: number; isWhole: boolean }> {
  let branches = 0;
  try {
    await listRefs(grant, url, {
      prefixes: [HEADS],
      onRef: ({ commit }) => {
        if (commit !== null) branches += 1;
        return true;
      },
    });
  } catch (error) {
    if (branches === 0 || !isEndless(error)) throw error;
    return { branches, isWhole: false };
  }
  return { branches, isWhole: true };
}

/** Null for what nobody expected. */
async function failureOf(grant: Grant, error: unknown): Promise<Failure | null> {
  if (error instanceof ProviderRejected) return { reason: "address", sentence: error.message };
  if (error instanceof GitRefusal) return refusal(error);
  if (!(error instanceof EgressError)) return null;
  if (error.detail === "unresolved") return { reason: "unresolved" };
  if (error.detail === "blocked") return { reason: "blocked" };
  if (error.detail) return await certificateFailure(grant, error.detail);
  if (error.kind === "timeout" || error.kind === "too_large") return { reason: "too_slow" };
  return { reason: "unreachable" };
}

function refusal({ reason, status, more }: GitRefusal): Failure {
  switch (reason) {
    case "redirected":
      return { reason, target: more.target ?? null };
    case "rate_limited":
    case "server_error":
      return { reason: "host_error", status };
    default:
      return { reason };
  }
}

async function certificateFailure({ instance }: Grant, detail: string): Promise<Failure> {
  const certificate = await readCertificate(new URL(instance.origin), "public").catch(() => null);
  switch (detail) {
    case "certificate_expired":
      return { reason: "tls_expired", certificate };
    case "certificate_wrong_host":
      return { reason: "tls_wrong_host", certificate };
    case "certificate_untrusted":
      return { reason: "tls_untrusted", certificate };
    default:
      return { reason: "tls_failed" };
  }
}
