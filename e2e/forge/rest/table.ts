import { makeRoutes } from "@/e2e/forge/http/routes";
import { checkToken, deleteGrant, deleteToken, resetToken } from "./applications";
import { getBranch, listBranches } from "./branches";
import type { Handler, RestRoute } from "./call";
import { getCommit, listCommits } from "./commits";
import { compareCommits } from "./compare";
import { getContents } from "./contents";
import {
  createDeployment,
  createDeploymentStatus,
  getDeployment,
  listDeploymentStatuses,
  listDeployments,
} from "./deployments";
import { getDelivery, listDeliveries, redeliver } from "./hook-deliveries";
import {
  createHook,
  deleteHook,
  getHook,
  getHookConfig,
  listHooks,
  pingHook,
  testHook,
  updateHook,
  updateHookConfig,
} from "./hooks";
import { listInstallationRepositories, listInstallations } from "./installations";
import { getMeta, getRateLimit, getRoot } from "./meta";
import { getPullRequest, listPullRequestFiles, listPullRequests } from "./pull-requests";
import { getRef, listMatchingRefs } from "./refs";
import { getRepository, listOrganizationRepositories, listUserRepositories } from "./repositories";
import { searchRepositories } from "./search";
import { createStatus, getCombinedStatus, listStatuses } from "./statuses";
import { getAccount, getUser, listEmails, listOrganizations } from "./user";

export const restRoutes = makeRoutes<RestRoute>();

const add = (method: string, pattern: string, handler: Handler, ...accepts: string[]) =>
  restRoutes.add(method, pattern, { handler, accepts });

add("GET", "/", getRoot);
add("GET", "/meta", getMeta);
add("GET", "/rate_limit", getRateLimit);

add("GET", "/user", getUser);
add("GET", "/user/emails", listEmails, "user", "user:email");
add("GET", "/user/orgs", listOrganizations, "admin:org", "read:org", "user", "write:org");
add("GET", "/user/repos", listUserRepositories, "", "repo");
add("GET", "/user/installations", listInstallations);
add("GET", "/user/installations/:id/repositories", listInstallationRepositories);
add("GET", "/users/:login", getAccount);
add(
  "GET",
  "/orgs/:org/repos",
  listOrganizationRepositories,
  "",
  "admin:org",
  "read:org",
  "repo",
  "user",
  "write:org",
);
add("GET", "/search/repositories", searchRepositories);

add("GET", "/repos/:owner/:repo", getRepository, "repo");
add("GET", "/repos/:owner/:repo/branches", listBranches, "", "repo");
add("GET", "/repos/:owner/:repo/branches/*branch", getBranch, "", "repo");
add("GET", "/repos/:owner/:repo/git/matching-refs/*ref", listMatchingRefs, "", "repo");
add("GET", "/repos/:owner/:repo/git/ref/*ref", getRef, "", "repo");
add("GET", "/repos/:owner/:repo/commits", listCommits, "", "repo");
add("GET", "/repos/:owner/:repo/commits/*ref/statuses", listStatuses, "repo", "repo:status");
add("GET", "/repos/:owner/:repo/commits/*ref/status", getCombinedStatus, "repo", "repo:status");
add("GET", "/repos/:owner/:repo/commits/*ref", getCommit, "", "repo");
add("GET", "/repos/:owner/:repo/compare/*range", compareCommits, "", "repo");
add("GET", "/repos/:owner/:repo/contents", getContents, "", "repo");
add("GET", "/repos/:owner/:repo/contents/*path", getContents, "", "repo");
add("GET", "/repos/:owner/:repo/pulls", listPullRequests, "", "repo");
add("GET", "/repos/:owner/:repo/pulls/:number", getPullRequest, "", "repo");
add("GET", "/repos/:owner/:repo/pulls/:number/files", listPullRequestFiles, "", "repo");

const hookScopes = ["admin:repo_hook", "public_repo", "repo"];
add(
  "GET",
  "/repos/:owner/:repo/hooks",
  listHooks,
  "admin:repo_hook",
  "read:repo_hook",
  "repo",
  "write:repo_hook",
);
add("POST", "/repos/:owner/:repo/hooks", createHook, ...hookScopes, "write:repo_hook");
add(
  "GET",
  "/repos/:owner/:repo/hooks/:id",
  getHook,
  "admin:repo_hook",
  "read:repo_hook",
  "repo",
  "write:repo_hook",
);
add("PATCH", "/repos/:owner/:repo/hooks/:id", updateHook, ...hookScopes, "write:repo_hook");
add("DELETE", "/repos/:owner/:repo/hooks/:id", deleteHook, ...hookScopes);
add(
  "GET",
  "/repos/:owner/:repo/hooks/:id/config",
  getHookConfig,
  "admin:repo_hook",
  "read:repo_hook",
  "repo",
);
add(
  "PATCH",
  "/repos/:owner/:repo/hooks/:id/config",
  updateHookConfig,
  "admin:repo_hook",
  "repo",
  "write:repo_hook",
);
add("POST", "/repos/:owner/:repo/hooks/:id/pings", pingHook, "admin:repo_hook", "repo", "write:repo_hook");
add("POST", "/repos/:owner/:repo/hooks/:id/tests", testHook, "admin:repo_hook", "repo", "write:repo_hook");
add(
  "GET",
  "/repos/:owner/:repo/hooks/:id/deliveries",
  listDeliveries,
  "admin:repo_hook",
  "read:repo_hook",
  "repo",
);
add("GET", "/repos/:owner/:repo/hooks/:id/deliveries/:delivery", getDelivery, "admin:repo_hook", "repo");
add(
  "POST",
  "/repos/:owner/:repo/hooks/:id/deliveries/:delivery/attempts",
  redeliver,
  "admin:repo_hook",
  "repo",
);

add("POST", "/repos/:owner/:repo/statuses/:sha", createStatus, "repo", "repo:status");
add("GET", "/repos/:owner/:repo/deployments", listDeployments, "repo", "repo_deployment");
add("POST", "/repos/:owner/:repo/deployments", createDeployment, "repo", "repo_deployment");
add("GET", "/repos/:owner/:repo/deployments/:id", getDeployment, "repo", "repo_deployment");
add("GET", "/repos/:owner/:repo/deployments/:id/statuses", listDeploymentStatuses, "repo", "repo_deployment");
add(
  "POST",
  "/repos/:owner/:repo/deployments/:id/statuses",
  createDeploymentStatus,
  "repo",
  "repo_deployment",
);

add("POST", "/applications/:client/token", checkToken);
add("PATCH", "/applications/:client/token", resetToken);
add("DELETE", "/applications/:client/token", deleteToken);
add("DELETE", "/applications/:client/grant", deleteGrant);
