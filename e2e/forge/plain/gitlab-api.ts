import type { Host } from "@/e2e/forge/host";
import type { Exchange } from "@/e2e/forge/http/exchange";
import { json, type Reply } from "@/e2e/forge/http/reply";
import { makeRoutes } from "@/e2e/forge/http/routes";
import { findRepository } from "@/e2e/forge/state/find";
import type { PlainHook, Repository } from "@/e2e/forge/state/model";
import { callerOfApi, mayCall } from "./access";
import { gitlabProject } from "./gitlab-payload";
import { type Call, type Handler, hookNamed, hooksOf, keepHook, pageOf, removeHook } from "./hooks";
import { isPlainAddress, readBody } from "./input";

const routes = makeRoutes<Handler>();
routes.add("GET", "/api/v4/version", ({ caller }) =>
  caller.user ? json(200, { version: "18.6.0-ee", revision: "0000000" }) : unauthorized(),
);
routes.add("GET", "/api/v4/personal_access_tokens/self", tokenSelf);
routes.add(
  "GET",
  "/api/v4/projects/:id",
  onProject("read", ({ host }, repository) => json(200, gitlabProject(host, repository))),
);
routes.add("GET", "/api/v4/projects/:id/hooks", onProject("admin", listHooks));
routes.add("POST", "/api/v4/projects/:id/hooks", onProject("admin", addHook));
routes.add(
  "GET",
  "/api/v4/projects/:id/hooks/:hook",
  onHook(async (_call, hook) => json(200, view(hook))),
);
routes.add("PUT", "/api/v4/projects/:id/hooks/:hook", onHook(editHook));
routes.add("DELETE", "/api/v4/projects/:id/hooks/:hook", onHook(removeHook));

/** The calls of GitLab's API that a deployment console makes [GitLab docs, "Project webhooks API", "Personal access tokens API"]. */
export async function answerGitLabApi(host: Host, exchange: Exchange): Promise<Reply> {
  const found = routes.match(exchange.method, exchange.path);
  if (found === null || found === "method") return json(404, { error: "404 Not Found" });
  const caller = callerOfApi(host, "gitlab", exchange);
  if (caller.isWrong) return unauthorized();
  return await found.target({ host, caller, params: found.params, exchange });
}

const unauthorized = () => json(401, { message: "401 Unauthorized" });
const notFound = (what: string) => json(404, { message: `404 ${what} Not Found` });

function tokenSelf({ caller }: Call): Reply {
  const { token } = caller;
  if (!token) return unauthorized();
  const { id, scopes, expiresAt } = token;
  const expires_at = expiresAt === null ? null : new Date(expiresAt).toISOString().slice(0, 10);
  return json(200, { id, name: "console", revoked: false, active: true, scopes, expires_at });
}

function onProject(
  needs: "read" | "admin",
  answer: (call: Call, repository: Repository) => Reply | Promise<Reply>,
): Handler {
  return async (call) => {
    const { host, caller, params } = call;
    // Anybody sees a public project.
    if (!caller.user && needs !== "read") return unauthorized();
    const wanted = params.id ?? "";
    const [owner = "", name = ""] = wanted.split("/");
    const repository = /^\d+$/.test(wanted)
      ? host.store.state.repositories.find(({ id }) => String(id) === wanted)
      : findRepository(host.store.state, owner, name);
    if (!repository || !mayCall(host, repository, { ...caller, token: null }, "api", "read")) {
      return notFound("Project");
    }
    if (caller.token && !caller.token.scopes.includes("api")) {
      return json(403, {
        error: "insufficient_scope",
        error_description: "The request requires higher privileges than provided by the access token.",
        scope: "api",
      });
    }
    if (!mayCall(host, repository, caller, "api", needs)) return json(403, { message: "403 Forbidden" });
    return await answer(call, repository);
  };
}

function onHook(answer: (call: Call, hook: PlainHook) => Reply | Promise<Reply>): Handler {
  return onProject("admin", (call, repository) => {
    const hook = hookNamed(call, "gitlab", repository);
    return hook ? answer(call, hook) : notFound("Hook");
  });
}

function listHooks({ host, exchange }: Call, repository: Repository): Reply {
  const paging = { size: "per_page", usual: 20, most: 100 };
  return json(200, pageOf(hooksOf(host, "gitlab", repository), exchange, paging).map(view));
}

async function addHook({ host, exchange }: Call, repository: Repository): Promise<Reply> {
  const input = await readBody(exchange);
  const refusal = refuse(host, input);
  if (refusal) return refusal;
  const hook = keepHook(host, {
    kind: "gitlab",
    repositoryId: repository.id,
    url: String(input.url),
    secret: text(input.token),
    signingToken: signingTokenIn(host, input),
    active: true,
    events: eventsIn(input),
  });
  return json(201, view(hook));
}

async function editHook({ host, exchange }: Call, hook: PlainHook): Promise<Reply> {
  const input = await readBody(exchange);
  const refusal = refuse(host, input);
  if (refusal) return refusal;
  hook.url = String(input.url);
  if ("token" in input) hook.secret = text(input.token);
  if ("signing_token" in input) hook.signingToken = signingTokenIn(host, input);
  hook.events = eventsIn(input);
  if (hook.secret) host.store.remember("hook_secret", hook.secret);
  host.store.save();
  return json(200, view(hook));
}

function refuse({ store }: Host, input: Record<string, unknown>): Reply | null {
  if (!isPlainAddress(input.url)) return json(400, { error: "url is missing" });
  const { hostname } = new URL(String(input.url));
  if (store.state.policy.hookTargets === "public" && /^(localhost|127\.)/.test(hostname)) {
    return json(422, { error: "Invalid url given" });
  }
  const signing = input.signing_token;
  if (signing !== undefined && signing !== null && !/^whsec_[A-Za-z0-9+/]{43}=$/.test(String(signing))) {
    return json(400, { message: { signing_token: ["must be whsec_ and 32 bytes in base64"] } });
  }
  return null;
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** Releases without the signed form take the field and forget it. */
const signingTokenIn = ({ store }: Host, input: Record<string, unknown>): string | null =>
  store.state.policy.signsHooks ? text(input.signing_token) : null;

const eventsIn = (input: Record<string, unknown>): string[] => [
  ...(input.push_events === false ? [] : ["push"]),
  ...(input.tag_push_events ? ["tag_push"] : []),
];

const view = (hook: PlainHook) => ({
  id: hook.id,
  url: hook.url,
  project_id: hook.repositoryId,
  created_at: hook.createdAt,
  push_events: hook.events.includes("push"),
  tag_push_events: hook.events.includes("tag_push"),
  enable_ssl_verification: true,
  alert_status: hook.active ? "executable" : "disabled",
  disabled_until: null,
  token_present: hook.secret !== null,
  signing_token_present: hook.signingToken !== null,
});
