import type { Role } from "@/db/schema";

/** What an app's glyph says, the most pressing fact first. */
export type AppState =
  | "building"
  | "queued"
  | "paused"
  | "disconnected"
  | "attention"
  | "failed"
  | "live"
  | "empty";

export type AppStateView = { id: string; projectId: string; name: string; state: AppState };

export type ProjectName = { id: string; name: string };

/** A project on the first page. */
export type ProjectCard = ProjectName & {
  role: Role;
  apps: AppStateView[];
  /** Integrations that stopped until somebody authorizes them again. */
  brokenIntegrations: number;
  /** When anything was last deployed; null if nothing ever was. */
  lastDeploymentAt: Date | null;
};

/** What stands around every page of a project. */
export type ProjectShell = { projects: ProjectName[]; apps: AppStateView[]; brokenIntegrations: number };

export type ActivityView = {
  id: string;
  seq: number;
  at: Date;
  actor: string;
  /** What was done, without its subject in front: "connected octocat". */
  sentence: string;
  address: string | null;
  isByPerson: boolean;
  /** The removed integration whose receipt tells more. */
  receiptOf: string | null;
};

export type ActivityPage = {
  items: ActivityView[];
  /** Pass as `before` for older ones; null on the last page. */
  nextBefore: number | null;
  /** Only the reader's own doings are shown. */
  isOwnOnly: boolean;
};
