import type { BuildKind, HookStatus, IntegrationStatus } from "@/db/schema";
import type { CommitView, DeploymentRow, DeploymentStatus } from "@/lib/deployments/views";

export type { BuildKind };

/** The build settings as they are edited. Directories are relative, without leading or trailing slash. */
export type BuildSettings = {
  kind: BuildKind;
  installCommand: string | null;
  buildCommand: string | null;
  outputDirectory: string;
};

/** How pushes become known: by the provider's hook, or by asking every so often and why. */
export type ListeningView = {
  mode: "hook" | "polling" | "none";
  hookStatus: HookStatus | null;
  /** "octocat tells the console about every push." or why it has to be polled, and how often. */
  sentence: string;
};

export type SourceView = {
  provider: string;
  repositoryExternalId: string;
  repositoryName: string;
  repositoryUrl: string;
  branch: string;
  rootDirectory: string;
  autoDeploy: boolean;
  integration: { id: string; account: string; status: IntegrationStatus } | null;
  /** Set when the integration was removed: who took it away and when. */
  lost: {
    account: string;
    by: string | null;
    at: string;
    /** The integration of the same account that could have the app back. */
    connectedAgain: string | null;
  } | null;
  listening: ListeningView;
};

export type LiveView = {
  deploymentId: string;
  number: number;
  commit: CommitView;
  since: string | null;
  /** Somebody put this older deployment back: the next push deploys again. */
  isRolledBack: boolean;
};

/** Everything that the pages of one app show. */
export type AppView = {
  id: string;
  projectId: string;
  name: string;
  host: string;
  siteUrl: string;
  build: BuildSettings;
  /** Null only while an app was made without one. */
  source: SourceView | null;
  live: LiveView | null;
  lastDeployment: DeploymentRow | null;
  /** "Auto-deploys from main." and its variants. */
  autoDeploySentence: string;
  /** What somebody has to do, in a sentence; null when nothing is wrong. */
  attention: string | null;
  createdAt: string;
  /** Send it back with an edit: an edit over somebody else's is refused. */
  updatedAt: string;
};

/** One app in the sidebar, on the project's overview and on the projects page. */
export type AppCard = {
  id: string;
  name: string;
  siteUrl: string;
  repositoryName: string | null;
  branch: string | null;
  autoDeploy: boolean;
  live: { deploymentId: string; commit: CommitView; since: string | null } | null;
  last: { id: string; number: number; status: DeploymentStatus; at: string } | null;
  attention: string | null;
};
