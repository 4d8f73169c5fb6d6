import type { DeploymentStatus } from "@/db/schema";

/** The whole life of a deployment. What is not listed here cannot happen; the SQL beside each write asks this table. */
const TRANSITIONS: Record<DeploymentStatus, readonly DeploymentStatus[]> = {
  queued: ["building", "cancelled", "failed"],
  // Back to queued: its worker was lost or stopped, or the provider could not answer.
  building: ["ready", "failed", "cancelled", "queued"],
  ready: [],
  failed: [],
  cancelled: [],
};

export const mayBecome = (from: DeploymentStatus, to: DeploymentStatus): boolean =>
  TRANSITIONS[from].includes(to);

/** The statuses from which `to` can be reached: the guard of an UPDATE. */
export const statusesBefore = (to: DeploymentStatus): DeploymentStatus[] =>
  (Object.keys(TRANSITIONS) as DeploymentStatus[]).filter((from) => mayBecome(from, to));

export const hasEnded = (status: DeploymentStatus): boolean => TRANSITIONS[status].length === 0;

/** `Ready`, as people read it. */
export const statusWord = (status: DeploymentStatus): string =>
  `${status.slice(0, 1).toUpperCase()}${status.slice(1)}`;
