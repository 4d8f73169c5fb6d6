import { resolveCommit } from "@/e2e/forge/git/refs";
import { json, type Reply } from "@/e2e/forge/http/reply";
import { deploymentStatusView, deploymentView } from "@/e2e/forge/present/deployment";
import { timestamp } from "@/e2e/forge/state/clock";
import type { Deployment, DeploymentStatus, Repository } from "@/e2e/forge/state/model";
import { type Call, numberParam, readBody, requireUser } from "./call";
import { notFound, RestError } from "./errors";
import { oneOf, optionalFlag, optionalText, requiredText } from "./input";
import { paginate } from "./pages";
import { repositoryFor, repositoryOf } from "./repository-access";

const SCOPES = ["repo", "repo_deployment"];
const STATES = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];

export async function createDeployment(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, "write", SCOPES, "deployments");
  const body = await readBody(call);
  const ref = requiredText(body, "ref");
  const sha = await resolveCommit(call.host, repository, ref);
  if (!sha) throw new RestError(422, `No ref found for: ${ref}`);
  const environment = optionalText(body, "environment") ?? "production";
  const now = timestamp();
  const deployment: Deployment = {
    id: call.host.store.id(),
    repositoryId: repository.id,
    sha,
    ref,
    task: optionalText(body, "task") ?? "deploy",
    environment,
    description: optionalText(body, "description"),
    payload: readPayload(body.payload),
    transient: optionalFlag(body, "transient_environment", false),
    production: optionalFlag(body, "production_environment", environment === "production"),
    creatorId: requireUser(call).id,
    createdAt: now,
    updatedAt: now,
  };
  call.host.store.state.deployments.push(deployment);
  call.host.store.save();
  return json(201, deploymentView(call.host, repository, deployment));
}

export function listDeployments(call: Call): Reply {
  const repository = repositoryOf(call, SCOPES);
  const fits = (one: Deployment) =>
    (["sha", "ref", "task", "environment"] as const).every((field) => {
      const wanted = call.query.get(field);
      return wanted === null || one[field] === wanted;
    });
  const all = call.host.store.state.deployments.filter(
    (one) => one.repositoryId === repository.id && fits(one),
  );
  const page = paginate(call, all.reverse());
  return json(
    200,
    page.items.map((one) => deploymentView(call.host, repository, one)),
    page.headers,
  );
}

export function getDeployment(call: Call): Reply {
  const repository = repositoryOf(call, SCOPES);
  return json(200, deploymentView(call.host, repository, deploymentOf(call, repository)));
}

export async function createDeploymentStatus(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, "write", SCOPES, "deployments");
  const deployment = deploymentOf(call, repository);
  const body = await readBody(call);
  const status: DeploymentStatus = {
    id: call.host.store.id(),
    deploymentId: deployment.id,
    state: oneOf(requiredText(body, "state"), "state", STATES),
    description: optionalText(body, "description") ?? "",
    environment: optionalText(body, "environment") ?? deployment.environment,
    environmentUrl: optionalText(body, "environment_url") ?? "",
    logUrl: optionalText(body, "log_url") ?? optionalText(body, "target_url") ?? "",
    creatorId: requireUser(call).id,
    createdAt: timestamp(),
  };
  call.host.store.state.deploymentStatuses.push(status);
  deployment.updatedAt = status.createdAt;
  if (status.state === "success" && optionalFlag(body, "auto_inactive", true))
    retireOthers(call, deployment, status);
  call.host.store.save();
  return json(201, deploymentStatusView(call.host, repository, deployment, status));
}

export function listDeploymentStatuses(call: Call): Reply {
  const repository = repositoryOf(call, SCOPES);
  const deployment = deploymentOf(call, repository);
  const all = call.host.store.state.deploymentStatuses.filter((one) => one.deploymentId === deployment.id);
  const page = paginate(call, all.reverse());
  const view = (one: DeploymentStatus) => deploymentStatusView(call.host, repository, deployment, one);
  return json(200, page.items.map(view), page.headers);
}

/** "Adds a new inactive status to all prior non-transient, non-production environment deployments" of its kind. */
function retireOthers(call: Call, deployment: Deployment, status: DeploymentStatus): void {
  const { state } = call.host.store;
  const others = state.deployments.filter(
    (one) =>
      one.id < deployment.id &&
      one.repositoryId === deployment.repositoryId &&
      one.environment === deployment.environment &&
      !one.transient &&
      !one.production,
  );
  for (const other of others) {
    const fields = { id: call.host.store.id(), deploymentId: other.id, state: "inactive", description: "" };
    state.deploymentStatuses.push({ ...status, ...fields });
  }
}

function deploymentOf(call: Call, repository: Repository): Deployment {
  const id = numberParam(call, "id");
  const found = call.host.store.state.deployments.find(
    (one) => one.id === id && one.repositoryId === repository.id,
  );
  if (!found) throw notFound();
  return found;
}

function readPayload(payload: unknown): Deployment["payload"] {
  if (typeof payload === "string") return payload;
  return typeof payload === "object" && payload !== null ? (payload as Record<string, unknown>) : {};
}
