import { authorization } from "@/lib/providers/git/authorization";
import { hooksOf } from "@/lib/providers/git/hooks";
import { source } from "@/lib/providers/git/source";
import { webhookOf } from "@/lib/providers/git/webhook";
import { manualHookOf } from "@/lib/providers/git/webhook/manual";
import type { SourceProvider } from "@/lib/providers/provider";

/** Any Git server that is reached over https. */
export const git = {
  id: "git",
  kind: "source",
  name: "Git",
  enables:
    "Deploy from any repository that can be cloned over https: GitLab, Gitea, Forgejo, Gogs, Bitbucket or a server of your own.",
  authorization,
  source,
  hooks: hooksOf,
  manualHook: manualHookOf,
  webhook: webhookOf,
} satisfies SourceProvider;
