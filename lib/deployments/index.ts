export { cancelDeployment } from "@/lib/deployments/cancel";
export { type ClaimedDeployment, claimDeployment } from "@/lib/deployments/claim";
export { type Enqueued, enqueueDeployment, type NewDeployment } from "@/lib/deployments/enqueue";
export { type Finished, finishDeployment } from "@/lib/deployments/finish";
export { getDeployment } from "@/lib/deployments/get";
export { holdForIntegration } from "@/lib/deployments/hold-for-integration";
export { lastDeployments } from "@/lib/deployments/last";
export { cancelOfOldSource } from "@/lib/deployments/leave-source";
export { listDeployments } from "@/lib/deployments/list";
export { type Appended, appendLog } from "@/lib/deployments/log";
export type { Outcome } from "@/lib/deployments/outcome";
export { type Heartbeat, heartbeat, markStep } from "@/lib/deployments/progress";
export { pruneDeployments } from "@/lib/deployments/prune";
export { downloadLog, logFileName, readLog } from "@/lib/deployments/read-log";
export { redeploy } from "@/lib/deployments/redeploy";
export { releaseLost } from "@/lib/deployments/release-lost";
export { type RequestedCommit, requestDeployment } from "@/lib/deployments/request";
export { rollBack } from "@/lib/deployments/roll-back";
export {
  type FailureCode,
  type FailureFacts,
  failureSentence,
} from "@/lib/deployments/sentences";
export { siteUrl } from "@/lib/deployments/site-url";
export { type AppSource, lockSource } from "@/lib/deployments/source";
export { stopForIntegration } from "@/lib/deployments/stop-for-integration";
export { COMMIT, toCommitView } from "@/lib/deployments/view";
export type * from "@/lib/deployments/views";
export { isTagRef, refName, refOfBranch, shortCommit } from "@/lib/deployments/words";
export { notifyDue, parseWork, WORK_CHANNEL, type WorkNotice } from "@/lib/deployments/work";
