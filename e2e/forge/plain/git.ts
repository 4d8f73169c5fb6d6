import { runBackend } from "@/e2e/forge/git/backend";
import { recordPush } from "@/e2e/forge/git/push";
import type { Host } from "@/e2e/forge/host";
import type { Exchange } from "@/e2e/forge/http/exchange";
import { type Reply, text } from "@/e2e/forge/http/reply";
import { wholeReply } from "@/e2e/forge/http/send";
import { findRepository } from "@/e2e/forge/state/find";
import { type Caller, callerOfGit, mayCall } from "./access";
import type { PlainKind } from "./kinds";

const PATH = /^(\/scm)?\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

export const isPlainGitPath = (path: string): boolean => PATH.test(path);

/** Smart HTTP of a plain host: who sends nothing or something wrong is asked for credentials, who may not see is told "not found". */
export async function answerPlainGit(host: Host, kind: PlainKind, exchange: Exchange): Promise<Reply> {
  const [, scm, owner = "", name = "", service = ""] = PATH.exec(exchange.path) ?? [];
  const asked = service === "info/refs" ? exchange.query.get("service") : service;
  const isPush = asked === "git-receive-pack";
  if (asked !== "git-upload-pack" && !isPush) return text(403, "Please upgrade your git client.\n");
  const caller = callerOfGit(host, kind, exchange);
  if (caller.isWrong) return challenge(kind);
  const found = findRepository(host.store.state, decodeURIComponent(owner), decodeURIComponent(name));
  const repository = found && (scm !== undefined) === (kind === "bitbucket") ? found : undefined;
  if (!repository || !mayCall(host, repository, caller, "read_repository", "read")) {
    return caller.user ? text(404, "The repository could not be found.\n") : challenge(kind);
  }
  const run = () => runBackend(host, repository, exchange, service, caller.user?.login ?? "anonymous");
  if (!isPush) return run();
  const pusher = caller.user;
  if (!pusher) return challenge(kind);
  if (!mayCall(host, repository, caller, "write_repository", "write")) return forbidden(caller);
  if (service === "info/refs") return run();
  return recordPush(host, repository, pusher, async () => wholeReply(await run()));
}

const forbidden = ({ user }: Caller) => text(403, `${user?.login} may not push to this repository.\n`);

const REALMS: Record<PlainKind, string> = {
  gitlab: 'Basic realm="GitLab"',
  gitea: 'Basic realm="Gitea"',
  bitbucket: 'Basic realm="Atlassian Bitbucket"',
};

const challenge = (kind: PlainKind): Reply =>
  text(401, "HTTP Basic: Access denied.\n", { "www-authenticate": REALMS[kind] });
