import { GitBranch, Tag } from "lucide-react";
import { Commit } from "@/components/ui/code";
import { TextLink } from "@/components/ui/link";
import { ToneGlyph } from "@/components/ui/status";
import { deploymentLooks, type StatusLook, verdictLooks } from "@/components/ui/status-maps";
import { Time } from "@/components/ui/time";
import type { PushView } from "@/lib/pushes";

const learned = { delivery: "hook", poll: "found by polling", reconcile: "found at start" } as const;

type Props = { pushes: PushView[]; branch: string | null; base: string; now: string };

/** Each push with its verdict: why it deployed, or why it did not. */
export function PushList({ pushes, branch, base, now }: Props) {
  if (pushes.length === 0) {
    return (
      <p className="px-5 pb-5 text-ink-2 text-sm">
        No pushes yet. The first push{branch ? ` to ${branch}` : ""} appears here with its verdict.
      </p>
    );
  }
  return (
    <ol className="border-line border-t">
      {pushes.map((push) => (
        <PushRow key={push.id} push={push} base={base} now={now} />
      ))}
    </ol>
  );
}

function PushRow({ push, base, now }: { push: PushView; base: string; now: string }) {
  const RefIcon = push.isTag ? Tag : GitBranch;
  return (
    <li className="grid gap-x-6 gap-y-2 border-line border-t px-5 py-4 first:border-t-0 sm:grid-cols-2">
      <div className="min-w-0">
        <p className="truncate font-medium text-sm">{push.commit?.title || `${push.refName} ${push.kind}`}</p>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-2 text-ink-3 text-xs">
          <span className="inline-flex min-w-0 items-center gap-1">
            <RefIcon aria-hidden className="size-3" />
            <span className="truncate">{push.refName}</span>
          </span>
          {push.commit && <Commit sha={push.commit.sha} href={push.commit.url ?? undefined} />}
          {push.pusher && <span>{push.pusher}</span>}
          <Time at={push.at} now={now} />
          <span>{learned[push.learnedFrom]}</span>
        </p>
      </div>
      <p className="flex min-w-0 items-start gap-2 text-ink-2 text-sm">
        <span className="mt-1 inline-flex">
          <ToneGlyph look={lookOf(push)} />
        </span>
        <span className="min-w-0 flex-1">
          {push.sentence}
          {push.deployment && (
            <TextLink href={`${base}/deployments/${push.deployment.id}`} className="ml-2 whitespace-nowrap">
              Deployment {push.deployment.number}
            </TextLink>
          )}
        </span>
      </p>
    </li>
  );
}

/** A push that deploys shows how far its deployment is. */
function lookOf(push: PushView): StatusLook {
  if (push.verdict === "deploy" && push.deployment) return deploymentLooks[push.deployment.status];
  return verdictLooks[push.verdict];
}
