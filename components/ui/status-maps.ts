import type { GlyphShape } from "./status-glyph";

/** A tone is a role of colour, never the only carrier of a meaning. */
export type Tone = "ok" | "warn" | "bad" | "idle" | "accent";

export type StatusLook = { shape: GlyphShape; tone: Tone; word: string };

const look = (shape: GlyphShape, tone: Tone, word: string): StatusLook => ({ shape, tone, word });

export const integrationLooks = {
  active: look("check", "ok", "Active"),
  expiring: look("clock", "warn", "Expires soon"),
  degraded: look("degraded", "idle", "Degraded"),
  needs_reauthorization: look("attention", "warn", "Needs re-authorization"),
  paused: look("paused", "idle", "Paused"),
  disconnecting: look("running", "idle", "Disconnecting"),
  removed: look("cancelled", "idle", "Removed"),
} as const satisfies Record<string, StatusLook>;

export const deploymentLooks = {
  queued: look("queued", "idle", "Queued"),
  building: look("running", "accent", "Building"),
  ready: look("check", "ok", "Ready"),
  live: look("live", "ok", "Live"),
  failed: look("failed", "bad", "Failed"),
  cancelled: look("cancelled", "idle", "Cancelled"),
} as const satisfies Record<string, StatusLook>;

export const verdictLooks = {
  deploy: look("check", "ok", "Deployed"),
  already_deployed: look("skipped", "idle", "Already deployed"),
  duplicate_delivery: look("skipped", "idle", "Duplicate delivery"),
  branch_not_tracked: look("skipped", "idle", "Skipped"),
  auto_deploy_off: look("skipped", "idle", "Skipped"),
  paths_unchanged: look("skipped", "idle", "Skipped"),
  skip_word: look("skipped", "idle", "Skipped"),
  branch_deleted: look("skipped", "idle", "Branch deleted"),
  tag_ignored: look("skipped", "idle", "Skipped"),
  superseded_before_start: look("cancelled", "idle", "Superseded"),
  older_than_live: look("cancelled", "idle", "Older than live"),
  integration_paused: look("paused", "idle", "Paused"),
  needs_reauthorization: look("attention", "warn", "Stopped: needs someone"),
  app_disconnected: look("attention", "warn", "Stopped: disconnected"),
  repository_not_allowed: look("attention", "warn", "Stopped: not allowed"),
  repository_gone: look("attention", "warn", "Stopped: repository gone"),
  frozen: look("paused", "idle", "Frozen"),
  waiting_for_checks: look("clock", "accent", "Waiting for checks"),
  checks_failed: look("failed", "bad", "Checks failed"),
  fork_not_allowed: look("attention", "warn", "Stopped: fork"),
  event_ignored: look("skipped", "idle", "Ignored"),
  deciding: look("clock", "accent", "Deciding"),
} as const satisfies Record<string, StatusLook>;

/** What the sidebar and the project overview say about an app. */
export const appLooks = {
  live: look("live", "ok", "Live"),
  building: look("running", "accent", "Building"),
  queued: look("queued", "idle", "Queued"),
  failed: look("failed", "bad", "Failed"),
  attention: look("attention", "warn", "Needs attention"),
  frozen: look("paused", "idle", "Frozen"),
  paused: look("paused", "idle", "Paused"),
  disconnected: look("attention", "warn", "Disconnected"),
  empty: look("queued", "idle", "Nothing live yet"),
} as const satisfies Record<string, StatusLook>;

/** Whether somebody is still needed for what was told. */
export const notificationLooks = {
  open: look("attention", "warn", "Needs somebody"),
  over: look("check", "idle", "Over"),
} as const satisfies Record<string, StatusLook>;

export type IntegrationStatusName = keyof typeof integrationLooks;
export type DeploymentStatusName = keyof typeof deploymentLooks;
export type VerdictName = keyof typeof verdictLooks;
export type AppStatusName = keyof typeof appLooks;

/** Words take the text colour of a tone, shapes its solid one: a solid colour is not legible enough for text. */
export const toneText: Record<Tone, string> = {
  ok: "text-ok",
  warn: "text-warn",
  bad: "text-bad",
  idle: "text-idle",
  accent: "text-accent",
};

export const toneShape: Record<Tone, string> = {
  ok: "text-ok-solid",
  warn: "text-warn-solid",
  bad: "text-bad-solid",
  idle: "text-idle-solid",
  accent: "text-accent",
};
