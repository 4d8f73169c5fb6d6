import { signingToken } from "@/lib/providers/git/webhook/gitlab";
import { callLine, postReceive } from "@/lib/providers/git/webhook/plain-script";
import type { ManualHook } from "@/lib/providers/provider";

const JSON_BODY = { label: "Content type", value: "application/json" };

/** What a person enters at each kind of host [their documents, 2026]. */
const MANUAL: Record<string, ManualHook> = {
  gitlab: {
    where: "At GitLab, open the project's Settings > Webhooks > Add new webhook.",
    addressLabel: "URL",
    secretLabel: "Secret token",
    signing: { label: "Signing token", tokenFor: signingToken },
    fields: [
      { label: "Trigger", value: "Push events (all branches), Tag push events" },
      { label: "SSL verification", value: "Enabled" },
    ],
    note: "If the form takes a signing token, enter that one and leave the secret token empty: GitLab then signs its calls and never sends the secret. Where it takes none (older releases) or only makes one itself, enter the secret token alone.",
    script: null,
    call: null,
  },
  gitea: {
    where:
      "At Gitea or Forgejo, open the repository's Settings > Webhooks > Add webhook > Gitea (or Forgejo).",
    addressLabel: "Target URL",
    secretLabel: "Secret",
    signing: null,
    fields: [
      { label: "HTTP method", value: "POST" },
      { label: "POST content type", value: "application/json" },
      { label: "Trigger on", value: "Custom events: Push, Create, Delete" },
      { label: "Branch filter", value: "*" },
    ],
    note: null,
    script: null,
    call: null,
  },
  gogs: {
    where: "At Gogs, open the repository's Settings > Webhooks > Add a new webhook > Gogs.",
    addressLabel: "Payload URL",
    secretLabel: "Secret",
    signing: null,
    fields: [JSON_BODY, { label: "When", value: "Let me choose: Create, Delete, Push" }],
    note: null,
    script: null,
    call: null,
  },
  bitbucket_cloud: {
    where: "At Bitbucket, open the repository's settings > Workflow > Webhooks > Add webhook.",
    addressLabel: "URL",
    secretLabel: "Secret",
    signing: null,
    fields: [
      { label: "Status", value: "Active" },
      { label: "Triggers", value: "Repository push" },
    ],
    note: null,
    script: null,
    call: null,
  },
  bitbucket_data_center: {
    where: "At Bitbucket, open the repository's settings > Workflow > Webhooks > Create webhook.",
    addressLabel: "URL",
    secretLabel: "Secret",
    signing: null,
    fields: [
      { label: "Events", value: "Repository: Push" },
      { label: "Status", value: "Active" },
    ],
    note: "Test connection tells whether Bitbucket reaches this console.",
    script: null,
    call: null,
  },
  other: {
    where:
      "On the Git server, save this as hooks/post-receive in the bare repository, make it executable, and save the secret beside it as console-webhook-secret, readable by the server's account only.",
    addressLabel: "Address",
    secretLabel: "Secret",
    signing: null,
    fields: [],
    note: "Both need curl and openssl. docs/webhooks.md says what else the call may tell.",
    script: postReceive,
    call: callLine,
  },
};

export const manualHookOf = (hostKind: string | null): ManualHook =>
  (MANUAL[hostKind ?? "other"] ?? MANUAL.other) as ManualHook;
