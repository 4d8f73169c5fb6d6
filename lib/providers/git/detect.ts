import { repositoryAddress } from "@/lib/providers/git/address";
import { type Ask, askHost, cookiePath, type HostAnswer, textIn } from "@/lib/providers/git/host-answer";
import { type GitHostKind, HOST_KINDS } from "@/lib/providers/git/host-kinds";
import { type Application, mayHideAnother, servesRepository } from "@/lib/providers/git/serves";
import type { FoundHost, Host, HostKind } from "@/lib/providers/provider";

type Question = { kind: GitHostKind; path: string; isIt: (answer: HostAnswer, base: string) => boolean };

/**
 * How each kind gives itself away to anybody who asks [their API documents]. What an application at the root would also answer to a
 * question below it does not count there.
 */
const QUESTIONS: readonly Question[] = [
  {
    kind: "gitlab",
    path: "/api/v4/version",
    isIt: ({ headers, body }, base) =>
      textIn(body, "message") === "401 Unauthorized" || (base === "" && headers.has("x-gitlab-meta")),
  },
  {
    kind: "gitea",
    path: "/api/v1/version",
    isIt: ({ status, headers, body }) =>
      (status === 200 && textIn(body, "version") !== "") ||
      // One that shows nobody anything says so in these words [`REQUIRE_SIGNIN_VIEW`]. Gogs has the same, with a cookie of its own.
      (status === 403 &&
        textIn(body, "message").startsWith("Only signed in user is allowed") &&
        cookiePath(headers, "i_like_gogs") === undefined),
  },
  {
    kind: "bitbucket_data_center",
    path: "/rest/api/1.0/application-properties",
    isIt: ({ body }) => textIn(body, "displayName") === "Bitbucket",
  },
  {
    kind: "gogs",
    path: "/",
    isIt: ({ headers }, base) => cookiePath(headers, "i_like_gogs") === (base || "/"),
  },
];

/** Nobody installs an application deeper; a group may be nested without end. */
const DEEPEST = 3;

/**
 * Which kind of host serves a repository, and below which path its application answers: asked of the paths above the repository, by
 * questions to anybody, the deepest answer first. An application that sits at the root of somebody's domain need not be the one that
 * serves what lies below: only one that also answers for the repository itself, and below which no other of its kind can hide, is given
 * its path. No credential is sent.
 */
export async function findHost(host: Host, typed: string): Promise<FoundHost> {
  const chosen = (host.hostKind ?? null) as GitHostKind | null;
  const known = kindByName(new URL(host.origin).host);
  if (known) {
    return { hostKind: chosen ?? known, apiPath: (chosen ?? known) === known ? "" : null, isSure: true };
  }
  const path = pathOf(host, typed);
  let isSure = true;
  const ask: Ask = async (asked, headers) => {
    const answer = await askHost(host, asked, headers);
    if (!answer || answer.status === 429 || answer.status >= 500) isSure = false;
    return answer;
  };
  const deep = await deepest(ask, pathsAbove(path), chosen);
  if (!deep) return { hostKind: chosen, apiPath: null, isSure };
  const { found, isHidden } = deep;
  const isTheirs = path !== "" && !isHidden && (await servesRepository(ask, found, path));
  return { hostKind: found.kind, apiPath: isTheirs ? found.base : null, isSure: isTheirs || isSure };
}

const kindByName = (name: string): GitHostKind | undefined =>
  HOST_KINDS.find(({ hosts }: Pick<HostKind, "hosts">) => hosts.includes(name))?.id;

/** The path of what was typed; of the integration itself where that is no address. The test says what is wrong with it. */
function pathOf(host: Host, typed: string): string {
  try {
    return new URL(repositoryAddress(host, typed)).pathname;
  } catch {
    return host.pathPrefix ?? "";
  }
}

/** `/a/b`, `/a` and the root for `/a/b/site`. */
function pathsAbove(path: string): string[] {
  const steps = path.split("/").slice(1, -1).slice(0, DEEPEST);
  return [...steps.map((_, i) => `/${steps.slice(0, i + 1).join("/")}`).reverse(), ""];
}

/** `isHidden`: below it is a path where another of its kind may sit. */
type Deepest = { found: Application; isHidden: boolean };

/** All are asked at once, so that a slow host is waited for once. */
async function deepest(
  ask: Ask,
  bases: readonly string[],
  chosen: GitHostKind | null,
): Promise<Deepest | null> {
  const asked = QUESTIONS.filter(({ kind }) => chosen === null || kind === chosen);
  const looks = bases.map((base) =>
    Promise.all(
      asked.map(async ({ kind, path, isIt }) => {
        const answer = await ask(base + path);
        return { kind, base, answer, isIt: answer !== null && isIt(answer, base) };
      }),
    ),
  );
  const answers = (await Promise.all(looks)).flat();
  const found = answers.find(({ isIt }) => isIt);
  if (!found) return null;
  const below = answers.filter(({ kind, base }) => kind === found.kind && base.length > found.base.length);
  return { found, isHidden: below.some(({ answer }) => mayHideAnother(answer, found)) };
}
