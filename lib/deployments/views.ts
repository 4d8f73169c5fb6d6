import type {
  DeploymentKind,
  DeploymentStatus,
  DeploymentStep,
  DeploymentTrigger,
  LogLine,
} from "@/db/schema";

// What leaves the server about deployments. Times are ISO 8601 strings; a branch is named without `refs/heads/`.

export type { DeploymentKind, DeploymentStatus, DeploymentStep, DeploymentTrigger, LogLine };

/** A commit as people meet it: seven characters, the first line of its message, a link where there is one. */
export type CommitView = {
  sha: string;
  short: string;
  title: string;
  author: string;
  url: string | null;
};

/** One row of a list of deployments. */
export type DeploymentRow = {
  id: string;
  number: number;
  kind: DeploymentKind;
  trigger: DeploymentTrigger;
  status: DeploymentStatus;
  step: DeploymentStep | null;
  /** Code of how it ended, and the same as a sentence. Null while it runs, and when it became ready and live. */
  reason: string | null;
  sentence: string | null;
  commit: CommitView;
  branch: string;
  isLive: boolean;
  /** Its files are still there, it is ready and it is not what is live. */
  canRollBack: boolean;
  canCancel: boolean;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
};

export type StepState = "waiting" | "running" | "done" | "failed" | "stopped" | "not_reached";

/** `milliseconds` is how long it took; null before it ended. While it runs, count from `startedAt`. */
export type StepView = {
  name: "queued" | DeploymentStep;
  state: StepState;
  startedAt: string | null;
  milliseconds: number | null;
};

/** Everything that the page of one deployment shows. */
export type DeploymentView = DeploymentRow & {
  projectId: string;
  appId: string;
  appName: string;
  /** "Jonas Okafor pushed 07cc47d to main, and storefront auto-deploys from main." */
  why: string;
  steps: StepView[];
  repositoryName: string;
  repositoryUrl: string | null;
  /** The account whose access it uses; null once that integration was removed. */
  sourceName: string | null;
  worker: string | null;
  /** What a queued one waits for besides its turn, in a sentence. */
  waitsFor: string | null;
  /** Somebody asked to stop it and the worker has not ended it yet. */
  isStopping: boolean;
  /** What is live now (perhaps this very deployment). */
  live: { id: string; number: number; short: string } | null;
  siteUrl: string;
  artifact: { files: number; bytes: number } | null;
  isPruned: boolean;
  /** Lines of its log that are stored so far. */
  logLines: number;
};

export type DeploymentPage = {
  items: DeploymentRow[];
  total: number;
  /** Pass as `before` for the next, older page; null on the last one. */
  nextBefore: number | null;
};

/** A part of a log. Ask again with `after: nextAfter`; when `isEnded` and no line came, that was all. */
export type LogPage = {
  lines: LogLine[];
  nextAfter: number;
  hasMore: boolean;
  isEnded: boolean;
};
