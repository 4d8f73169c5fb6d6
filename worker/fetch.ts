import {
  ProviderRejected,
  ProviderUnauthorized,
  ProviderUnavailable,
  RepositoryGone,
  type UnavailableCause,
} from "@/lib/providers";
import { trustFile } from "@/worker/ca-file";
import { answerQuestions, helperSetting } from "@/worker/credential-helper";
import { start } from "@/worker/exec";
import { gitCommand, gitEnvironment } from "@/worker/git";
import type { Remote } from "@/worker/remote";

/** The server has no such commit, or does not hand out commits by their id. */
export class CommitRefused extends Error {
  override readonly name = "CommitRefused";
}
/** The repository lives elsewhere now: the server answered with a redirect, which is never followed with a credential. */
export class RepositoryMoved extends Error {
  override readonly name = "RepositoryMoved";
}
/** Git failed for a reason of this machine: a damaged mirror, most often. */
export class FetchFailed extends Error {
  override readonly name = "FetchFailed";
}

export type FetchTools = { helper: string; caFile: string | null };
export type FetchRequest = {
  mirror: string;
  remote: Remote;
  refspec: string;
  /** `--depth=1`, `--deepen=100`, `--unshallow`. */
  depth: string;
  signal: AbortSignal | undefined;
};

const TIMEOUT_MS = 10 * 60_000;
const COMPLAINT_BYTES = 16_384;

/** One `git fetch` into a mirror. Throws what the provider's answer means; the token is in none of it. */
export async function fetchInto(request: FetchRequest, tools: FetchTools): Promise<void> {
  const trust = await trustFile(tools, request.remote.ca);
  try {
    await fetchTrusting(request, tools, trust.path);
  } finally {
    await trust.remove();
  }
}

async function fetchTrusting(request: FetchRequest, tools: FetchTools, caFile: string | null): Promise<void> {
  const { mirror, remote, signal } = request;
  const scheme = new URL(remote.url).protocol.replace(":", "");
  const argv = gitCommand(
    [`--git-dir=${mirror}`, "fetch", ...QUIETLY, request.depth, "--", remote.url, request.refspec],
    [
      `protocol.${scheme}.allow=always`,
      // Newer versions save the refused first request. The question names the repository and not only the host.
      ...(remote.token ? [helperSetting(tools.helper), "credential.useHttpPath=true"] : []),
      ...(remote.token && remote.user !== "" ? ["http.proactiveAuth=basic"] : []),
      ...(remote.pin ? [`http.curloptResolve=${remote.pin}`] : []),
      ...(caFile ? [`http.sslCAInfo=${caFile}`] : []),
    ],
  );
  const env = gitEnvironment({ GIT_ALLOW_PROTOCOL: scheme });
  const git = await start(argv, { env, descriptors: 1, timeoutMs: TIMEOUT_MS, signal });
  const [descriptor] = git.descriptors;
  if (descriptor && remote.token) answerQuestions(descriptor, remote.url, remote.user, remote.token);
  git.output.resume();
  let complaints = "";
  git.complaints.on("data", (chunk: Buffer) => {
    if (complaints.length < COMPLAINT_BYTES) complaints += chunk.toString("utf8");
  });
  const ending = await git.ended;
  descriptor?.destroy();
  signal?.throwIfAborted();
  if (ending.cause === "timeout") throw unavailable("timeout");
  if (ending.code !== 0) throw explainComplaints(complaints);
}

const QUIETLY = [
  "--quiet",
  "--no-tags",
  "--no-recurse-submodules",
  "--no-write-fetch-head",
  "--no-auto-maintenance",
  "--no-show-forced-updates",
];

const unavailable = (cause: UnavailableCause) =>
  new ProviderUnavailable("The Git host did not answer the fetch.", cause);

const MEANINGS: [RegExp, () => Error][] = [
  [/unable to update url base from redirection/i, () => new RepositoryMoved("The Git host redirects.")],
  [/not our ref|unadvertised object|couldn't find remote ref|no such remote ref/i, () => new CommitRefused()],
  [
    /authentication failed|could not read (username|password)|returned error: 401/i,
    () => new ProviderUnauthorized("The Git host refused the credential."),
  ],
  [/returned error: 30\d/i, () => new RepositoryMoved("The Git host redirects.")],
  [/returned error: 429/i, () => unavailable("rate_limited")],
  [/returned error: 5\d\d/i, () => unavailable("server_error")],
  [/returned error: 403/i, () => new ProviderRejected("forbidden", "The Git host refused this account.")],
  [/repository '.*' not found|returned error: 404|returned error: 410/i, () => new RepositoryGone()],
  [
    /certificate (problem|verification|is not trusted|has expired|subject name)|unable to get local issuer|self[- ]signed certificate/i,
    () => unavailable("untrusted"),
  ],
  [
    /could not resolve host|failed to connect|couldn't connect|connection (refused|reset|timed out)|timed out|timeout|too slow|ssl|tls|gnutls|certificate|early eof|hung up|unexpected disconnect|rpc failed|empty reply|recv failure|not valid: is this a git repository|network is unreachable|no route to host|unable to access|dumb http/i,
    () => unavailable("unreachable"),
  ],
];

/** What git's words (LC_ALL=C) mean for the deployment. */
export function explainComplaints(complaints: string): Error {
  const meaning = MEANINGS.find(([pattern]) => pattern.test(complaints));
  if (meaning) return meaning[1]();
  return new FetchFailed(complaints.trim().split("\n").slice(-3).join(" ").slice(0, 500));
}
