import type { DeploymentStatus, LearnedFrom, PushKind, Verdict } from "@/db/schema";
import type { CommitView } from "@/lib/deployments/views";

export type { LearnedFrom, PushKind, Verdict };

/** One observed push with what was decided for one app, newest first in every list. */
export type PushView = {
  /** The push's id; the verdict's for a delivery whose push is still being worked out. */
  id: string;
  /** `main`, or `v1.2` with `isTag`. */
  refName: string;
  isTag: boolean;
  kind: PushKind;
  /** Null when the branch was deleted. */
  commit: CommitView | null;
  pusher: string;
  learnedFrom: LearnedFrom;
  at: string;
  verdict: Verdict;
  /** "Deploys: main is its production branch." */
  sentence: string;
  deployment: { id: string; number: number; status: DeploymentStatus } | null;
};

/** What one app missed while its integration could not be used. */
export type MissedView = {
  appId: string;
  appName: string;
  branch: string;
  autoDeploy: boolean;
  /** How many pushes to its branch came in that time; `commit` is that of the last one. */
  pushes: number;
  commit: CommitView;
  /** False while the integration still cannot be used. */
  isOver: boolean;
  /** What deployed the branch since; null while nothing has. */
  deployment: { id: string; number: number; status: DeploymentStatus } | null;
};
