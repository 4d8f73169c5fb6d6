import { askHost, type HostAnswer } from "@/lib/providers/git/host-answer";
import type { GitHostKind } from "@/lib/providers/git/host-kinds";
import type { Host } from "@/lib/providers/provider";

const KNOWN: Record<string, GitHostKind> = {
  "gitlab.com": "gitlab",
  "bitbucket.org": "bitbucket_cloud",
  "codeberg.org": "gitea",
  "gitea.com": "gitea",
};

/** How each kind gives itself away to anybody who asks [their API documents]. */
const QUESTIONS: { kind: GitHostKind; path: string; isIt: (answer: HostAnswer) => boolean }[] = [
  {
    kind: "gitlab",
    path: "/api/v4/version",
    isIt: ({ headers, body }) =>
      headers.has("x-gitlab-meta") || textIn(body, "message") === "401 Unauthorized",
  },
  {
    kind: "gitea",
    path: "/api/v1/version",
    isIt: ({ status, body }) => status === 200 && textIn(body, "version") !== "",
  },
  {
    kind: "bitbucket_data_center",
    path: "/rest/api/1.0/application-properties",
    isIt: ({ body }) => textIn(body, "displayName") === "Bitbucket",
  },
  {
    kind: "gogs",
    path: "/",
    isIt: ({ headers }) => headers.getSetCookie().some((cookie) => cookie.startsWith("i_like_gogs=")),
  },
];

/** Which kind of host this is, by its name or by what it answers to anybody; no credential is sent. Null: it does not say. */
export async function detectHostKind(host: Host): Promise<GitHostKind | null> {
  const known = KNOWN[new URL(host.origin).host];
  if (known) return known;
  const anonymous = QUESTIONS.map(async ({ kind, path, isIt }) => {
    const answer = await askHost(host, path);
    return answer && isIt(answer) ? kind : null;
  });
  return (await Promise.all(anonymous)).find((kind) => kind !== null) ?? null;
}

function textIn(body: unknown, key: string): string {
  const value =
    typeof body === "object" && body !== null ? (body as Record<string, unknown>)[key] : undefined;
  return typeof value === "string" ? value : "";
}
