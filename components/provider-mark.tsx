import { GitBranch, Plug, Webhook, Workflow } from "lucide-react";
import type { ReactNode } from "react";
import { siBitbucket, siForgejo, siGit, siGitea, siGithub, siGitlab } from "simple-icons";
import { cn } from "@/components/ui/cn";

type Icon = { path: string; color: string };

const brand = ({ path, hex }: { path: string; hex: string }): Icon => ({ path, color: `#${hex}` });
const ink = ({ path }: { path: string }): Icon => ({ path, color: "currentColor" });

const icons: Record<string, Icon> = {
  github: ink(siGithub),
  git: brand(siGit),
  gitea: brand(siGitea),
  forgejo: brand(siForgejo),
  gitlab: brand(siGitlab),
  bitbucket: brand(siBitbucket),
  bitbucket_cloud: brand(siBitbucket),
  bitbucket_data_center: brand(siBitbucket),
};

const drawn: Record<string, ReactNode> = {
  ci: <Workflow aria-hidden />,
  webhook: <Webhook aria-hidden />,
  slack: <SlackMark />,
  repository: <GitBranch aria-hidden />,
};

export type ProviderMarkProps = {
  /** `github`, `git`, `gitea`, `forgejo`, `gitlab`, `bitbucket`, `ci`, `webhook`, `slack`; others get a plug. */
  provider: string;
  /** Which kind of its hosts it is, where that has a mark of its own. */
  kind?: string | null | undefined;
  /** The side of the framed square; `bare` draws the mark alone at 16 px. */
  size?: 36 | 48;
  bare?: boolean;
  className?: string | undefined;
};

/** The mark of an outside service. Decorative: its name stands beside it. */
export function ProviderMark({ provider, kind, size = 36, bare = false, className }: ProviderMarkProps) {
  const mark = <Mark provider={kind && icons[kind] ? kind : provider} />;
  if (bare)
    return <span className={cn("inline-flex size-4 shrink-0 [&>svg]:size-full", className)}>{mark}</span>;
  return (
    <span
      className={cn(
        "inline-flex shrink-0 items-center justify-center rounded-note border border-line bg-surface",
        size === 36 ? "size-9 [&>svg]:size-5" : "size-12 [&>svg]:size-7",
        className,
      )}
    >
      {mark}
    </span>
  );
}

function Mark({ provider }: { provider: string }) {
  const icon = icons[provider];
  if (!icon) return drawn[provider] ?? <Plug aria-hidden />;
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false" fill={icon.color}>
      <path d={icon.path} />
    </svg>
  );
}

/** Four rounded strokes around a centre, each with its drop. */
function SlackMark() {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false" fill="currentColor">
      {[0, 90, 180, 270].map((turn) => (
        <g key={turn} transform={`rotate(${turn} 12 12)`}>
          <rect x="7.5" y="1" width="3.6" height="10.1" rx="1.8" />
          <path d="M1 9.300a1.8 1.8 0 0 1 1.8-1.8 1.8 1.8 0 0 1 1.8 1.800v1.800H2.800A1.8 1.8 0 0 1 1 9.300Z" />
        </g>
      ))}
    </svg>
  );
}
