import { giteaHooks } from "@/lib/providers/git/hooks/gitea";
import { gitlabHooks } from "@/lib/providers/git/hooks/gitlab";
import type { ApiHooks, Host, ManualHooks } from "@/lib/providers/provider";

const BY_API: Record<string, ApiHooks> = { gitlab: gitlabHooks, gitea: giteaHooks };

/** GitLab, Gitea and Forgejo take a webhook by their API; at the others a person enters it. */
export const hooksOf = ({ hostKind }: Host): ApiHooks | ManualHooks =>
  BY_API[hostKind ?? ""] ?? { kind: "manual" };
