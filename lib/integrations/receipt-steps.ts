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
      facts.wasErased
        ? "It had been erased before, with all that was sealed for the address or client of then."
        : "Its sealed token was deleted in the same transaction. Nobody can open it any more.",
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
  const state = stateOf(step);
  const isEnded = step.outcome !== null;
  return {
    id: step.id,
    name: nameOfTarget(step.target, state, about),
    state,
    result: step.outcome === null ? pendingResult(step, about) : endedResult(step.outcome, step, about),
    at: step.finishedAt?.toISOString() ?? null,
    attempts: step.attempts,
    nextTryAt: !isEnded && step.attempts > 0 ? (step.attemptAt?.toISOString() ?? null) : null,
    byHand: state === "undone" ? byHand(step.target, about) : null,
  };
}

function stateOf(step: CleanupFacts): ReceiptStep["state"] {
  if (step.outcome === null) return pendingState(step);
  return step.outcome === "done" || step.outcome === "already_gone" ? "done" : "undone";
}

/** What the console could not even try. */
const untried = (
  at: Date,
  { id, name, result, byHand }: Pick<ReceiptStep, "id" | "name" | "result" | "byHand">,
): ReceiptStep => ({
  ...{ id, name, result, byHand },
  ...{ state: "undone", at: at.toISOString(), attempts: 0, nextTryAt: null },
});

const REVOKE = { kind: "revoke_token" } as const;

/** For a token that could not be opened when it was removed, or was gone by then: `wasErased` on purpose. */
export const lostTokenStep = (removedAt: Date, wasErased: boolean, about: About): ReceiptStep =>
  untried(removedAt, {
    id: "token",
    name: nameOfTarget(REVOKE, "undone", about),
    result: wasErased
      ? `The console erased it before, when ${about.provider} got another address or client here, so it could not be shown to anybody.`
      : "The sealed token could not be opened any more, so it could not be shown to anybody.",
    byHand: byHand(REVOKE, about),
  });

/** For a token that somebody entered: the console holds no right to revoke it at its host. */
export const enteredTokenStep = (
  removedAt: Date,
  { host, url }: { host: string; url: string },
): ReceiptStep =>
  untried(removedAt, {
    id: "token",
    name: `Token not revoked at ${host}`,
    result: "A token that somebody entered can be revoked by them alone. The console has erased its copy.",
    byHand: `Revoke the token itself at ${host}: ${url}`,
  });

/** For a webhook that a person entered at the host: `isScript` on a server that has none, where a script makes the call. */
export const enteredHookStep = (
  removedAt: Date,
  { repository, address }: { repository: string; address: string },
  about: About & { isScript: boolean },
): ReceiptStep =>
  untried(removedAt, {
    id: `hook ${address}`,
    name: `Webhook of ${repository} not deleted at ${about.provider}`,
    result:
      "Somebody entered it by hand, so only a person can delete it. Its calls are not accepted any more.",
    byHand: about.isScript
      ? `Delete the script that calls ${address} from the hooks of ${repository} on ${about.provider}.`
      : hookByHand(repository, address, about),
  });

function nameOfTarget(target: CleanupTarget, state: ReceiptStep["state"], { provider }: About): string {
  if (target.kind === "delete_hook") {
    const hook = `ebhook of ${target.repositoryName}`;
    if (state === "done") return `W${hook} deleted at ${provider}`;
    return state === "undone" ? `W${hook} not deleted at ${provider}` : `Delete the w${hook} at ${provider}`;
  }
  if (state === "done") return `Token revoked at ${provider}`;
  return state === "undone" ? `Token not revoked at ${provider}` : `Revoke the token at ${provider}`;
}

const pendingState = ({ leaseUntil }: CleanupFacts): "running" | "waiting" =>
  leaseUntil !== null && leaseUntil > new Date() ? "running" : "waiting";

function pendingResult({ attempts, lastError, target }: CleanupFacts, { provider }: About): string {
  if (lastError !== null && attempts > 0) return lastError;
  return target.kind === "revoke_token"
    ? `Next, once the webhooks are gone: ${provider} deletes them with this token. In the last hour of the day it goes all the same.`
    : `${provider} is being asked.`;
}

function endedResult(outcome: CleanupOutcome, { target, lastError }: CleanupFacts, about: About): string {
  const { provider } = about;
  const what = target.kind === "delete_hook" ? "webhook" : "token";
  switch (outcome) {
    case "done":
      return withNote(`${provider} confirmed it.`, lastError);
    case "already_gone":
      return withNote(`${provider} said that it was gone already.`, lastError);
    case "refused":
      return lastError ?? `${provider} refused it.`;
    case "gave_up":
      return `Not done within a day. ${lastError ?? `${provider} was not reached.`} The copy of the token is erased.`;
    case "forgotten":
      return withNote(`The copy of the token was erased before the ${what} could be dealt with.`, lastError);
  }
}

const withNote = (sentence: string, note: string | null) => (note ? `${sentence} ${note}` : sentence);

const byHand = (target: CleanupTarget, about: About): string =>
  target.kind === "delete_hook"
    ? hookByHand(target.repositoryName, target.address, about)
    : `Revoke this console's access in the settings of ${about.account} at ${about.provider}. Nobody here holds the token any more.`;

const hookByHand = (repository: string, address: string, { provider }: About): string =>
  `Delete the webhook ${address} in the settings of ${repository} at ${provider}. Until then ${provider} calls it in vain.`;

const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
