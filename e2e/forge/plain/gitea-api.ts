import type { Host } from "@/e2e/forge/host";
import type { Exchange } from "@/e2e/forge/http/exchange";
import { json, type Reply } from "@/e2e/forge/http/reply";
import { makeRoutes } from "@/e2e/forge/http/routes";
import { findRepository } from "@/e2e/forge/state/find";
import type { PlainHook, Repository } from "@/e2e/forge/state/model";
import { callerOfApi, mayCall } from "./access";
import { giteaRepository } from "./gitea-payload";
import { type Call, type Handler, hookNamed, hooksOf, keepHook, pageOf, removeHook } from "./hooks";
import { isPlainAddress, readBody } from "./input";

const routes = makeRoutes<Handler>();
routes.add("GET", "/api/v1/version", () => json(200, { version: "1.25.4" }));
routes.add(
  "GET",
  "/api/v1/repos/:owner/:repo",
  onRepository("read", ({ host }, repository) => json(200, giteaRepository(host, repository))),
);
routes.add("GET", "/api/v1/repos/:owner/:repo/hooks", onRepository("admin", listHooks));
routes.add("POST", "/api/v1/repos/:owner/:repo/hooks", onRepository("admin", addHook));
routes.add(
  "GET",
  "/api/v1/repos/:owner/:repo/hooks/:hook",
  onHook((_call, hook) => json(200, view(hook))),
);
routes.add("PATCH", "/api/v1/repos/:owner/:repo/hooks/:hook", onHook(editHook));
routes.add("DELETE", "/api/v1/repos/:owner/:repo/hooks/:hook", onHook(removeHook));

/** The calls of Gitea's API that a deployment console makes [Gitea API, "repository"]. */
export async function answerGiteaApi(host: Host, exchange: Exchange): Promise<Reply> {
  const found = routes.match(exchange.method, exchange.path);
  if (found === null || found === "method") return notFound();
  const caller = callerOfApi(host, "gitea", exchange);
  if (caller.isWrong) return json(401, { message: "invalid username, password or token" });
  return await found.target({ host, caller, params: found.params, exchange });
}

const notFound = () => json(404, { errors: null, message: "The target couldn't be found.", url: "" });

function onRepository(
  needs: "read" | "admin",
  answer: (call: Call, repository: Repository) => Reply | Promise<Reply>,
): Handler {
  return async (call) => {
    const { host, caller, params } = call;
    const repository = findRepository(host.store.state, params.owner ?? "", params.repo ?? "");
    if (!repository || !mayCall(host, repository, { ...caller, token: null }, "api", "read"))
      return notFound();
    if (!caller.user && needs === "admin") return json(401, { message: "token is required" });
    if (!mayCall(host, repository, caller, "api", needs)) {
      return json(403, {
        message:
          "token does not have at least one of required scope(s), or user should be an owner or a collaborator with admin write of a repository",
      });
    }
    return await answer(call, repository);
  };
}

function onHook(answer: (call: Call, hook: PlainHook) => Reply | Promise<Reply>): Handler {
  return onRepository("admin", (call, repository) => {
    const hook = hookNamed(call, "gitea", repository);
    return hook ? answer(call, hook) : notFound();
  });
}

function listHooks({ host, exchange }: Call, repository: Repository): Reply {
  const paging = { size: "limit", usual: 30, most: 50 };
  return json(200, pageOf(hooksOf(host, "gitea", repository), exchange, paging).map(view));
}

async function addHook({ host, exchange }: Call, repository: Repository): Promise<Reply> {
  const input = await readBody(exchange);
  const config = (input.config ?? {}) as Record<string, unknown>;
  if (input.type !== "gitea" || !isPlainAddress(config.url) || config.content_type !== "json") {
    return json(422, { message: "Invalid hook type, url or content type" });
  }
  const hook = keepHook(host, {
    kind: "gitea",
    repositoryId: repository.id,
    url: String(config.url),
    secret: typeof config.secret === "string" ? config.secret : null,
    signingToken: null,
    active: input.active === true,
    events: Array.isArray(input.events) ? input.events.map(String) : ["push"],
  });
  return json(201, view(hook));
}

/** The secret of a hook stays what it was, whatever an edit says. */
async function editHook({ host, exchange }: Call, hook: PlainHook): Promise<Reply> {
  const input = await readBody(exchange);
  const config = (input.config ?? {}) as Record<string, unknown>;
  if (isPlainAddress(config.url)) hook.url = String(config.url);
  if (typeof input.active === "boolean") hook.active = input.active;
  host.store.save();
  return json(200, view(hook));
}

const view = (hook: PlainHook) => ({
  id: hook.id,
  type: "gitea",
  branch_filter: "*",
  config: { content_type: "json", url: hook.url },
  events: hook.events,
  active: hook.active,
  updated_at: hook.createdAt,
  created_at: hook.createdAt,
});
