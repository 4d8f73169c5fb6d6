import type { DeploymentTrigger, LearnedFrom, PushKind } from "@/db/schema";
import { shortCommit } from "@/lib/deployments/words";

export type WhyFacts = {
  trigger: DeploymentTrigger;
  appName: string;
  commit: string;
  branch: string;
  /** The person who asked for it in the console. */
  person: string | null;
  push: { pusher: string; learnedFrom: LearnedFrom; kind: PushKind } | null;
};

/** Why a deployment exists, in one sentence: "Jonas Okafor pushed 07cc47d to main, and storefront auto-deploys from main." */
export function whySentence(facts: WhyFacts): string {
  const { appName, branch } = facts;
  const short = shortCommit(facts.commit);
  const person = facts.person ?? "Somebody who has left";
  switch (facts.trigger) {
    case "push":
      return `${howItCame(facts)}, and ${appName} auto-deploys from ${branch}.`;
    case "initial":
      return `${person} created ${appName} from ${branch}, which was at ${short}.`;
    case "manual":
      return `${person} deployed the latest commit of ${branch}, ${short}.`;
    case "redeploy":
      return `${person} deployed ${short} again.`;
    case "catch_up":
      return `${short} was pushed to ${branch} while ${appName} could not deploy, and this catches up.`;
    case "promote":
      return `${person} promoted ${short} to production.`;
    case "ci":
      return `A CI system asked to deploy ${short} of ${branch}.`;
  }
}

function howItCame({ push, commit, branch }: WhyFacts): string {
  const short = shortCommit(commit);
  if (!push) return `${short} was pushed to ${branch}`;
  if (push.learnedFrom !== "delivery") return `The console found ${short} at the head of ${branch}`;
  const verb = push.kind === "forced" ? "force-pushed" : "pushed";
  return `${push.pusher || "Somebody"} ${verb} ${short} to ${branch}`;
}
