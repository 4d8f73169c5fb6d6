import type { Host } from "@/e2e/forge/host";
import { accountById, fullName } from "@/e2e/forge/state/find";
import type { Deployment, DeploymentStatus, Repository } from "@/e2e/forge/state/model";
import { simpleUser } from "./account";
import { nodeId } from "./node-id";

export function deploymentView(host: Host, repository: Repository, deployment: Deployment) {
  const api = `${host.urls.api}/repos/${fullName(host.store.state, repository)}`;
  const url = `${api}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: nodeId("Deployment", deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: simpleUser(host.urls, accountById(host.store.state, deployment.creatorId)),
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: api,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
  };
}

export function deploymentStatusView(
  host: Host,
  repository: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
) {
  const api = `${host.urls.api}/repos/${fullName(host.store.state, repository)}`;
  const deploymentUrl = `${api}/deployments/${deployment.id}`;
  return {
    url: `${deploymentUrl}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId("DeploymentStatus", status.id),
    state: status.state,
    creator: simpleUser(host.urls, accountById(host.store.state, status.creatorId)),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: deploymentUrl,
    repository_url: api,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
  };
}
