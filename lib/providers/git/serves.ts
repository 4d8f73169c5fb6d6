import { z } from "zod";
import { type Ask, cookiePath, type HostAnswer, textIn } from "@/lib/providers/git/host-answer";
import type { GitHostKind } from "@/lib/providers/git/host-kinds";

/** An application, and the path below its origin that it answers at. */
export type Application = { kind: GitHostKind; base: string };

type Proof = {
  /** What it asks for a credential with, when git comes without one. */
  challenge: (answer: HostAnswer, base: string) => boolean;
  /** What its API says to anybody of a public repository: where that is cloned from. */
  publicPath: (path: string) => string;
  cloneUrl: z.ZodType<string>;
  /** What it says itself, in other words than "not found", where it is asked for its API below its own path. */
  isOwnAnswer?: (answer: HostAnswer, base: string) => boolean;
};

const realm = ({ headers }: HostAnswer): string =>
  /\bBasic realm="?([^",]*)/i.exec(headers.get("www-authenticate") ?? "")?.[1] ?? "";

/** [GitLab, `send_challenges`; Gitea and Forgejo, `routers/web/repo/githttp`; their API documents]. */
const PROOFS: Partial<Record<GitHostKind, Proof>> = {
  gitlab: {
    challenge: (answer) => realm(answer) === "GitLab",
    publicPath: (path) => `/api/v4/projects/${encodeURIComponent(path)}`,
    cloneUrl: z.object({ http_url_to_repo: z.string() }).transform((told) => told.http_url_to_repo),
    // It asks whoever looks for what is not there to sign in [`route_not_found`]; its API does not say that.
    isOwnAnswer: ({ status, headers, body }, base) =>
      pathOf(headers.get("location") ?? "", "https://itself") === `${base}/users/sign_in` ||
      (status === 401 &&
        (headers.has("x-gitlab-meta") || textIn(body, "error").startsWith("You need to sign in"))),
  },
  gitea: {
    challenge: (answer, base) => {
      const path = cookiePath(answer.headers, "i_like_gitea");
      // It says where it is installed. Without OAuth, "(Basic Auth)" follows the name.
      return path === undefined ? /^(?:Gitea|Forgejo)\b/.test(realm(answer)) : path === (base || "/");
    },
    publicPath: (path) => `/api/v1/repos/${path.split("/").map(encodeURIComponent).join("/")}`,
    cloneUrl: z.object({ clone_url: z.string() }).transform((told) => told.clone_url),
  },
};

/**
 * Whether the application that was found above a repository is the one that serves it: git's door at the repository's own address is
 * kept by it, or its API shows the repository to anybody, at this address. For kinds whose API is not called there is nothing to prove.
 */
export async function servesRepository(
  ask: Ask,
  { kind, base }: Application,
  path: string,
): Promise<boolean> {
  const proof = PROOFS[kind];
  if (!proof) return true;
  for (const suffix of [".git", ""]) {
    const answer = await ask(`${path}${suffix}/info/refs?service=git-upload-pack`, AS_GIT);
    if (answer?.status === 401 && proof.challenge(answer, base)) return true;
  }
  const project = decodeURIComponent(path.slice(base.length + 1));
  const shown = await ask(base + proof.publicPath(project));
  const told = shown?.status === 200 ? proof.cloneUrl.safeParse(shown.body) : null;
  return told?.success === true && pathOf(told.data) === path;
}

/**
 * Whether an answer from below an application leaves open that another one of its kind sits there, which may keep git's door in the
 * same words: a gatekeeper answers for it, or it is down. "Not found" is plain. Where no API is called, nothing depends on it.
 */
export function mayHideAnother(answer: HostAnswer | null, { kind, base }: Application): boolean {
  const proof = PROOFS[kind];
  if (!proof || answer?.status === 404) return false;
  return answer === null || !proof.isOwnAnswer?.(answer, base);
}

const AS_GIT = { accept: "*/*", "user-agent": "git/2.45 (skytells-console)", "git-protocol": "version=2" };

const pathOf = (url: string, base?: string): string | undefined =>
  URL.parse(url, base)?.pathname.replace(/\.git$/, "");
