import type { CleanupOutcome, CleanupTarget, DeploymentStatus, RemovalFacts } from "@/db/schema";
import type { ReceiptStep } from "@/lib/integrations/views";

type Stopped = { id: string; app: string; number: number; status: DeploymentStatus; finishedAt: Date | null };
type AtOnce = { removedAt: Date; facts: RemovalFacts; deployments: readonly Stopped[] };

/** What the removal did in its own transaction, and what it stopped. */
export function atOnceSteps({ removedAt, facts, deployments }: AtOnce): ReceiptStep[] {
  const at = removedAt.toISOString();
  const done = (id: string, name: string, result: string): ReceiptStep => ({
    ...{ id, name, result, at },
    ...{ state: "done", attempts: 1, nextTryAt: null, byHand: null },
  });
  const cancelled = deployments.filter(({ id }) => facts.cancelled.includes(id));
  const stopping = deployments.filter(({ id }) => facts.stopping.includes(id));
  const names = facts.apps.map(({ name }) => name);
  return [
    done("automation", "Automation stopped", "From this moment no push deploys with it."),
    done(
      "credential",
      "Credential erased",
      "Its sealed token was deleted in the same transaction. Nobody can open it any more.",
    ),
    done(
      "apps",
      names.length === 0
        ? "No app to disconnect"
        : `${count(names.length, "app", "apps")} disconnected: ${list(names)}`,
      names.length === 0
        ? "Nothing used it."
        : "What is live stays live. Repository, branch and rules are kept for a restore.",
    ),
    ...(cancelled.length > 0
      ? [
          done(
            "cancelled",
            `${count(cancelled.length, "queued deployment", "queued deployments")} cancelled`,
            `${list(cancelled.map(nameOf))} never started.`,
          ),
        ]
      : []),
    ...stopping.map(stoppedStep),
  ];
}

function stoppedStep(stopped: Stopped): ReceiptStep {
  const isOver = stopped.finishedAt !== null;
  return {
    id: stopped.id,
    name: isOver ? `${nameOf(stopped)} stopped` : `${nameOf(stopped)} is being stopped`,
    state: isOver ? "done" : "running",
    result: isOver ? "It still needed the repository, and ended Failed." : "It still needs the repository.",
    at: stopped.finishedAt?.toISOString() ?? null,
    attempts: 1,
    nextTryAt: null,
    byHand: null,
  };
}

const nameOf = ({ app, number }: Pick<Stopped, "app" | "number">) => `${app} ${number}`;

export type CleanupFacts = {
  id: string;
  target: CleanupTarget;
  outcome: CleanupOutcome | null;
  lastError: string | null;
  attempts: number;
  attemptAt: Date | null;
  leaseUntil: Date | null;
  finishedAt: Date | null;
};
type About = { provider: string; account: string };

/** One step at the provider: a hook to delete, or the token to revoke. */
export function providerStep(step: CleanupFacts, about: About): ReceiptStep {
  const isDone = step.outcome === "done" || step.outcome === "already_gone";
  return {
    id: step.id,
    name: nameOfTarget(step.target, about),
    state: step.outcome === null ? pendingState(step) : isDone ? "done" : "undone",
    result: step.outcome === null ? pendingResult(step, about) : endedResult(step.outcome, step, about),
    at: step.finishedAt?.toISOString() ?? null,
    attempts: step.attempts,
    nextTryAt: step.outcome === null && step.attempts > 0 ? (step.attemptAt?.toISOString() ?? null) : null,
    byHand: step.outcome === null || isDone ? null : byHand(step.target, about),
  };
}

/** For a token that could not be opened when it was removed. */
export const lostTokenStep = (removedAt: Date, about: About): ReceiptStep => ({
  id: "token",
  name: nameOfTarget({ kind: "revoke_token" }, about),
  state: "undone",
  result: "Not done: the sealed token could not be opened any more, so it could not be shown to anybody.",
  at: removedAt.toISOString(),
  attempts: 0,
  nextTryAt: null,
  byHand: byHand({ kind: "revoke_token" }, about),
});

/** For a token that somebody entered: the console holds no right to revoke it at its host. */
export const enteredTokenStep = (
  removedAt: Date,
  { host, url }: { host: string; url: string },
): ReceiptStep => ({
  id: "token",
  name: `Token revoked at ${host}`,
  state: "undone",
  result:
    "Not done here: a token that somebody entered can be revoked by them alone. The console has erased its copy.",
  at: removedAt.toISOString(),
  attempts: 0,
  nextTryAt: null,
  byHand: `Revoke the token itself at ${host}: ${url}`,
});

const nameOfTarget = (target: CleanupTarget, { provider }: About): string =>
  target.kind === "delete_hook"
    ? `Webhook of ${target.repositoryName} deleted at ${provider}`
    : `Token revoked at ${provider}`;

const pendingState = ({ leaseUntil }: CleanupFacts): "running" | "waiting" =>
  leaseUntil !== null && leaseUntil > new Date() ? "running" : "waiting";

function pendingResult({ attempts, lastError, target }: CleanupFacts, { provider }: About): string {
  if (lastError !== null && attempts > 0) return lastError;
  return target.kind === "revoke_token"
    ? `Next, once the webhooks are done: ${provider} deletes them with this token.`
    : `${provider} is being asked.`;
}

function endedResult(outcome: CleanupOutcome, { target, lastError }: CleanupFacts, about: About): string {
  const { provider } = about;
  const what = target.kind === "delete_hook" ? "webhook" : "token";
  switch (outcome) {
    case "done":
      return `${provider} confirmed it.`;
    case "already_gone":
      return `${provider} said that it was gone already.`;
    case "refused":
      return `Not done. ${lastError ?? `${provider} refused it.`}`;
    case "gave_up":
      return `Not done within a day. ${lastError ?? `${provider} was not reached.`} The copy of the token is erased.`;
    case "forgotten":
      return `Not done: the copy of the token was erased before the ${what} could be dealt with.`;
  }
}

function byHand(target: CleanupTarget, { provider, account }: About): string {
  return target.kind === "delete_hook"
    ? `Delete the webhook ${target.address} in the settings of ${target.repositoryName} at ${provider}. Until then ${provider} calls it in vain.`
    : `Revoke this console's access in the settings of ${account} at ${provider}. Nobody here holds the token any more.`;
}

const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
